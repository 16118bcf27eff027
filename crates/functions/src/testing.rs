//! Calls functions on plain values, for unit tests: no parser, no plan.

use std::sync::Arc;

use quarry_types::{Column, DataType, Value};

use crate::registry::{self, Function};
use crate::{Call, Context, Evaluation, Returns, ScalarFunction, Settings, Site, TypeSet, Warnings};

/// An argument: its type and value.
pub type Argument = (DataType, Value);

/// What a call gave: the value and the warnings, without their first line.
pub type Outcome = (Value, Vec<String>);

/// Calls the scalar function or operator `name` with constant arguments.
///
/// # Errors
/// The reason why the call can't be built.
pub fn call(name: &str, arguments: &[Argument]) -> Result<Outcome, String> {
    let function = match registry::find(name) {
        Some(Function::Scalar(function)) => function,
        Some(_) => return Err(format!("[{name}] is no scalar function")),
        None => registry::operator(name).ok_or_else(|| format!("Unknown function [{name}]"))?,
    };
    let types: Vec<DataType> = arguments.iter().map(|(data_type, _)| *data_type).collect();
    let returns = return_type(function, &types).ok_or_else(|| format!("[{name}] does not take {types:?}"))?;
    let Evaluation::Kernel(build) = function.evaluation else {
        return Err(format!("[{name}] is evaluated by the engine"));
    };
    let constants: Vec<Option<Value>> = arguments.iter().map(|(_, value)| Some(value.clone())).collect();
    let sources = vec!["x"; arguments.len()];
    let settings = Settings::default();
    let call = Call {
        types: &types,
        constants: &constants,
        sources: &sources,
        source: name,
        options: &[],
        returns,
        settings: &settings,
    };
    let kernel = build(&call).map_err(|error| error.0)?;
    let columns: Vec<Column> = arguments.iter().map(|(t, value)| Column::constant(*t, value, 1)).collect();
    let mut warnings = Warnings::default();
    let site = Arc::new(Site::default());
    let mut context = Context { rows: 1, site: &site, warnings: &mut warnings, settings: &settings };
    let column = kernel(&mut context, &columns);
    let texts = warnings.texts().into_iter().skip(1).map(|text| text.replacen("Line 0:0: ", "", 1)).collect();
    Ok((column.value(0), texts))
}

/// The type that `function` returns for arguments of `types`, by its signatures.
#[must_use]
pub fn return_type(function: &ScalarFunction, types: &[DataType]) -> Option<DataType> {
    let signature = function.signatures.iter().find(|signature| {
        signature.accepts_count(types.len())
            && types.iter().enumerate().all(|(i, t)| signature.parameter(i).is_some_and(|set| set.accepts(*t)))
    })?;
    Some(match signature.returns {
        Returns::Always(data_type) => data_type,
        Returns::Argument(i) => types.get(i).copied().unwrap_or(DataType::Null).without_text(),
        Returns::Common(from) => types.iter().skip(from).try_fold(DataType::Null, |a, b| a.common(*b))?.without_text(),
        Returns::With(f) => f(types),
    })
}

/// Every argument list of exact types that `sets` allow.
#[must_use]
pub fn argument_types(sets: &[TypeSet]) -> Vec<Vec<DataType>> {
    sets.iter().fold(vec![Vec::new()], |lists, set| {
        lists.into_iter().flat_map(|list| set.types().map(move |t| list.iter().copied().chain([t]).collect())).collect()
    })
}
