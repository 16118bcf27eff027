//! Calls grouping functions on plain values.

use std::sync::Arc;

use quarry_types::{Column, DataType, Value};

use crate::registry::{self, Function};
use crate::testing::{Argument, Outcome};
use crate::{Call, Context, GroupingFunction, GroupingKeys, Returns, Settings, Site, Warnings};

fn find(name: &str) -> &'static GroupingFunction {
    match registry::find(name) {
        Some(Function::Grouping(function)) => function,
        _ => panic!("no {name}"),
    }
}

fn returns(function: &GroupingFunction, types: &[DataType]) -> DataType {
    let signature = function
        .signatures
        .iter()
        .find(|s| {
            s.accepts_count(types.len())
                && types.iter().enumerate().all(|(i, t)| s.parameter(i).is_some_and(|set| set.accepts(*t)))
        })
        .unwrap_or_else(|| panic!("{} does not take {types:?}", function.name));
    match signature.returns {
        Returns::Always(t) => t,
        Returns::Argument(i) => types[i].without_text(),
        Returns::Common(_) | Returns::With(_) => panic!("not used by grouping functions"),
    }
}

/// The key that constant arguments give.
pub(super) fn keys(name: &str, arguments: &[Argument]) -> Result<Outcome, String> {
    let function = find(name);
    let types: Vec<DataType> = arguments.iter().map(|(t, _)| *t).collect();
    let constants: Vec<Option<Value>> = arguments.iter().map(|(_, value)| Some(value.clone())).collect();
    let settings = Settings::default();
    let call = Call {
        types: &types,
        constants: &constants,
        sources: &vec!["x"; types.len()],
        source: name,
        options: &[],
        returns: returns(function, &types),
        settings: &settings,
    };
    let GroupingKeys::Kernel(build) = function.keys else { panic!("{name} has no kernel") };
    let kernel = build(&call).map_err(|error| error.0)?;
    let columns: Vec<Column> = arguments.iter().map(|(t, value)| Column::constant(*t, value, 1)).collect();
    let (mut warnings, site) = (Warnings::default(), Arc::new(Site::default()));
    let mut context = Context { rows: 1, site: &site, warnings: &mut warnings, settings: &settings };
    let value = kernel(&mut context, &columns).value(0);
    Ok((value, warnings.texts().into_iter().skip(1).map(|text| text.replacen("Line 0:0: ", "", 1)).collect()))
}

/// The keys that a function makes of a whole column of keywords.
pub(super) fn whole_keys(name: &str, values: &[Value], options: &[(String, Value)]) -> Result<Vec<Value>, String> {
    let settings = Settings::default();
    let call = Call {
        types: &[DataType::Keyword],
        constants: &[None],
        sources: &["x"],
        source: name,
        options,
        returns: DataType::Keyword,
        settings: &settings,
    };
    let GroupingKeys::Whole(build) = find(name).keys else { panic!("{name} has a kernel") };
    let make = build(&call).map_err(|error| error.0)?;
    let column = Column::from_values(DataType::Keyword, values.iter().cloned());
    Ok(make(&column).values().collect())
}
