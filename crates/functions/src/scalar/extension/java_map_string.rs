use quarry_types::{Column, DataType, Strings};

use crate::definition::accept::{FLATTENED, STRING};
use crate::lift::{build_rows, map1};
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

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
    parameters: &[
        Parameter { name: "json", description: "The JSON text." },
        Parameter { name: "omit", description: "A key of the outermost object that is left out; null for none." },
    ],
    signatures: &[Signature::new(&[FLATTENED.or(STRING), STRING], Returns::Always(DataType::Keyword)).optional(1)],
    examples: &[Example {
        query: r#"ROW x = JAVA_MAP_STRING("""{"MobileVersion":"No","LoginTo":"https://x/","MFAUsed":"No"}""")"#,
        result: "{LoginTo=https://x/, MobileVersion=No, MFAUsed=No}",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    if call.types.len() == 1 {
        return Ok(map1::<Strings, _>(|text| hash_map::print(text, None)));
    }
    Ok(Box::new(|context, columns| {
        let Some(texts) = columns[0].cells::<Strings>() else {
            return Column::nulls(DataType::Keyword, context.rows);
        };
        let omitted = columns[1].cells::<Strings>();
        build_rows(context, DataType::Keyword, columns, |row, out| {
            let omit = omitted.as_ref().and_then(|cells| cells.single(row));
            if let Some(printed) = texts.single(row).and_then(|text| hash_map::print(text, omit)) {
                out.push_str(&printed);
            }
            Ok(())
        })
    }))
}
