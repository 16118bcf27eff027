use std::sync::Arc;

use quarry_plan::catalog::Catalog;
use quarry_plan::scan::Account;
use quarry_sources::{FileCatalog, Input, InputInfo, Options, RecordPlace};

use crate::sample::SampleCatalog;

/// How inputs are read.
pub type EngineOptions = Options;

/// The inputs, and what is known of them.
#[derive(Clone, Debug)]
pub struct Engine {
    files: Arc<FileCatalog>,
    catalog: Arc<dyn Catalog>,
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
        Self::over(Arc::default(), Arc::default())
    }

    /// Looks at the inputs and finds out what they hold. Inputs that can't be read are counted in the account, and
    /// the others are used.
    ///
    /// # Errors
    /// No input can be used at all.
    pub fn open(inputs: &[Input], options: EngineOptions) -> Result<Self, EngineError> {
        let account = Arc::new(Account::default());
        let catalog = FileCatalog::open(inputs, options, &account)?;
        Ok(Self::over(Arc::new(catalog), account))
    }

    fn over(files: Arc<FileCatalog>, account: Arc<Account>) -> Self {
        Self { catalog: files.clone(), files, account }
    }

    /// The same inputs, of which queries see only some rows: a few from places spread over all of them, so that a
    /// query takes milliseconds whatever the size of the inputs. For suggestions while a query is typed. What it reads
    /// is counted in an account of its own.
    #[must_use]
    pub fn sample(&self) -> Self {
        Self {
            files: self.files.clone(),
            catalog: Arc::new(SampleCatalog::new(self.files.clone())),
            account: Arc::default(),
        }
    }

    /// The inputs with what was found of each at its beginning.
    #[must_use]
    pub fn inputs(&self) -> Vec<InputInfo> {
        self.files.inputs()
    }

    /// What was read, and what was passed over.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Where the record lies whose `_id` was made from its place; `None` for documents with ids of their own.
    #[must_use]
    pub fn locate(&self, id: &str) -> Option<RecordPlace> {
        self.files.locate(id)
    }

    pub(crate) fn files(&self) -> Arc<FileCatalog> {
        self.files.clone()
    }

    /// The names of the indices that the inputs hold, sorted.
    #[must_use]
    pub fn indices(&self) -> Vec<String> {
        let names: std::collections::BTreeSet<String> =
            self.inputs().into_iter().flat_map(|input| input.indices).collect();
        names.into_iter().collect()
    }

    /// Where FROM finds its indices.
    #[must_use]
    pub fn catalog(&self) -> &dyn Catalog {
        &*self.catalog
    }
}
