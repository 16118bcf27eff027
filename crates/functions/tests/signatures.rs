//! Every signature that the reference lists for a registered scalar function is accepted, and gives the listed type.

use std::fmt::Write;
use std::path::Path;

use quarry_functions::registry::{self, Function};
use quarry_functions::testing::return_type;
use quarry_types::DataType;

/// One line of the list.
struct Listed {
    name: String,
    /// The type of each parameter, and whether it may be left out.
    parameters: Vec<(DataType, bool)>,
    is_variadic: bool,
    returns: DataType,
}

impl Listed {
    /// Reads a line; `None` where it is no scalar function, or has types that the engine doesn't.
    fn read(line: &str) -> Option<Self> {
        let columns: Vec<&str> = line.split('\t').collect();
        let ["scalar", name, parameters, variadic, returns, ..] = columns[..] else { return None };
        let mut types = Vec::new();
        for parameter in parameters.split(',').filter(|parameter| !parameter.is_empty()) {
            let (parameter, data_type) = parameter.split_once(':')?;
            // Options are no arguments: they are checked by the function itself.
            if data_type != "function_named_parameters" {
                types.push((type_named(data_type)?, parameter.ends_with('?')));
            }
        }
        Some(Self {
            name: name.to_owned(),
            parameters: types,
            is_variadic: variadic == "variadic",
            returns: type_named(returns)?,
        })
    }

    /// The argument lists that the line allows: with all parameters, without the last ones that are optional, with
    /// the last one twice.
    fn calls(&self) -> Vec<Vec<DataType>> {
        let all: Vec<DataType> = self.parameters.iter().map(|(data_type, _)| *data_type).collect();
        let optional = self.parameters.iter().rev().take_while(|(_, optional)| *optional).count();
        let mut calls: Vec<Vec<DataType>> =
            (0..=optional).map(|left_out| all[..all.len() - left_out].to_vec()).collect();
        if let (true, Some(last)) = (self.is_variadic, all.last()) {
            calls.push(all.iter().copied().chain([*last]).collect());
        }
        calls
    }
}

fn type_named(name: &str) -> Option<DataType> {
    DataType::ALL.into_iter().find(|data_type| data_type.name() == name)
}

#[test]
fn listed_signatures_are_accepted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/esql/signatures.tsv");
    let Ok(list) = std::fs::read_to_string(path) else { return };
    let mut wrong = String::new();
    let mut checked = 0;
    for listed in list.lines().filter_map(Listed::read) {
        let Some(Function::Scalar(function)) = registry::find(&listed.name) else { continue };
        for types in listed.calls() {
            checked += 1;
            let returns = return_type(function, &types);
            if returns != Some(listed.returns) {
                let names: Vec<&str> = types.iter().map(|t| t.name()).collect();
                let _ = writeln!(
                    wrong,
                    "{}({}) should give {}, gives {}",
                    listed.name,
                    names.join(", "),
                    listed.returns,
                    returns.map_or("an error", DataType::name)
                );
            }
        }
    }
    assert!(checked > 0, "no signature was found in the list");
    assert!(wrong.is_empty(), "{wrong}");
}
