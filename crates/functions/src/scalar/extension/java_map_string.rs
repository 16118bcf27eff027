use quarry_types::{DataType, Strings};

use crate::definition::accept::{FLATTENED, STRING};
use crate::lift::map1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

mod hash_map;

/// `JAVA_MAP_STRING`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "java_map_string",
    aliases: &[],
    category: Category::Extension,
    summary: "The text that Java's `HashMap.toString()` makes of a JSON object.",
    details: "Keys come in the order of the hash table that the object was parsed into, keys of one bucket in their \
              own order. Null, empty and placeholder values (`\"\"`, `\"-\"`, `\"none\"`, `{}`, `[]`) are left out. \
              Elastic's integrations store request parameters in this form.",
    parameters: &[Parameter { name: "json", description: "The JSON text." }],
    signatures: &[Signature::new(&[FLATTENED.or(STRING)], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW x = JAVA_MAP_STRING("""{"MobileVersion":"No","LoginTo":"https://x/","MFAUsed":"No"}""")"#,
        result: "{LoginTo=https://x/, MobileVersion=No, MFAUsed=No}",
    }],
    evaluation: Evaluation::Kernel(|_| Ok(map1::<Strings, _>(hash_map::print))),
};
