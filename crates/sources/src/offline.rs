//! A catalog without data: every index exists, with the fields that are known by name.

use std::sync::Arc;

use quarry_plan::catalog::{Catalog, CatalogError, EnrichPolicy, Member, Relation};
use quarry_plan::scan::{Field, ScanRequest, Split, Table};
use quarry_types::DataType;

use crate::kind::{Kind, kinds};
use crate::pattern::Pattern;
use crate::{FileCatalog, dictionary};

/// Resolves every index pattern: against the inputs where there are some that match, else against what is known of
/// such indices. For checking queries where their data isn't.
#[derive(Clone, Debug, Default)]
pub struct OfflineCatalog {
    inputs: Option<Arc<FileCatalog>>,
}

impl OfflineCatalog {
    /// A catalog that asks `inputs` first.
    #[must_use]
    pub fn new(inputs: Option<Arc<FileCatalog>>) -> Self {
        Self { inputs }
    }
}

impl Catalog for OfflineCatalog {
    fn resolve(&self, pattern: &str, quoted: bool) -> Result<Relation, CatalogError> {
        if let Some(inputs) = &self.inputs
            && let Ok(relation) = inputs.resolve(pattern, quoted)
        {
            return Ok(relation);
        }
        let wanted = Pattern::parse(pattern);
        let views = self.inputs.as_ref().map_or(&[][..], |inputs| inputs.views());
        let kind = if wanted.is_all() { None } else { kinds(views).find(|kind| wanted.matches(&kind.index)) };
        let member = Member {
            index: pattern.to_owned(),
            table: Arc::new(OfflineTable { kind: kind.cloned() }),
            view: kind.map(|kind| kind.view.clone()),
        };
        Ok(Relation { members: vec![member] })
    }

    fn policy(&self, name: &str) -> Option<EnrichPolicy> {
        self.inputs.as_ref().and_then(|inputs| inputs.policy(name))
    }

    fn names(&self) -> Vec<String> {
        self.inputs.as_ref().map(|inputs| inputs.names()).unwrap_or_default()
    }
}

/// An index of which only field names are known.
#[derive(Debug)]
struct OfflineTable {
    kind: Option<Arc<Kind>>,
}

impl Table for OfflineTable {
    fn fields(&self) -> Vec<Field> {
        let raw = self.kind.iter().flat_map(|kind| &kind.raw);
        raw.map(|(name, data_type)| Field::new(name.clone(), *data_type)).collect()
    }

    fn field(&self, name: &str) -> Option<Field> {
        let data_type = match &self.kind {
            Some(kind) => kind.raw.get(name).copied().unwrap_or(DataType::Keyword),
            None => known(name)?,
        };
        Some(Field::new(name, data_type))
    }

    fn document_field(&self, name: &str) -> Option<Field> {
        let declared = self.kind.as_ref().and_then(|kind| kind.fields.get(name).copied());
        declared.or_else(|| known(name)).map(|data_type| Field::new(name, data_type))
    }

    fn knows_any(&self, matches: &dyn Fn(&str) -> bool) -> bool {
        let mut declared = self.kind.iter().flat_map(|kind| kind.fields.keys());
        declared.any(|name| matches(name)) || dictionary::names().any(matches)
    }

    fn splits(&self, _request: &ScanRequest) -> Vec<Arc<dyn Split>> {
        Vec::new()
    }
}

/// The type of a field that a dictionary knows, or of a sub-field of one.
fn known(name: &str) -> Option<DataType> {
    if let Some(data_type) = dictionary::lookup(name).or_else(|| dictionary::presumed(name)) {
        return Some(data_type);
    }
    let parent = dictionary::lookup(dictionary::parent(name)?)?;
    let data_type = if name.ends_with(".text") { DataType::Text } else { DataType::Keyword };
    parent.is_string().then_some(data_type)
}
