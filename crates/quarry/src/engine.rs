use std::sync::Arc;

use quarry_plan::catalog::Catalog;
use quarry_plan::scan::Account;
use quarry_sources::{FileCatalog, Input, Options, RecordPlace};

/// How inputs are read.
pub type EngineOptions = Options;

/// The inputs, and what is known of them.
#[derive(Clone, Debug)]
pub struct Engine {
    catalog: Arc<FileCatalog>,
    account: Arc<Account>,
}

/// Why an engine can't be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The inputs can't be used.
    #[error(transparent)]
    Source(#[from] quarry_sources::SourceError),
}

impl Engine {
    /// An engine without inputs: queries start with ROW, or name files in FROM.
    #[must_use]
    pub fn empty() -> Self {
        Self { catalog: Arc::new(FileCatalog::default()), account: Arc::default() }
    }

    /// Looks at the inputs and finds out what they hold. Inputs that can't be read are counted in the account, and
    /// the others are used.
    ///
    /// # Errors
    /// No input can be used at all.
    pub fn open(inputs: &[Input], options: EngineOptions) -> Result<Self, EngineError> {
        let account = Arc::new(Account::default());
        let catalog = FileCatalog::open(inputs, options, &account)?;
        Ok(Self { catalog: Arc::new(catalog), account })
    }

    /// What was read, and what was passed over.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Where the record lies whose `_id` was made from its place; `None` for documents with ids of their own.
    #[must_use]
    pub fn locate(&self, id: &str) -> Option<RecordPlace> {
        self.catalog.locate(id)
    }

    pub(crate) fn files(&self) -> Arc<FileCatalog> {
        self.catalog.clone()
    }

    /// Where FROM finds its indices.
    #[must_use]
    pub fn catalog(&self) -> &dyn Catalog {
        &*self.catalog
    }
}
