use quarry_types::{DataType, Strings};

use crate::definition::accept::STRING;
use crate::extract::user_agent::part;
use crate::lift::map1;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `USER_AGENT_PART`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "user_agent_part",
    aliases: &[],
    category: Category::Extension,
    summary: "A part of what a user agent string says, as the command USER_AGENT finds it.",
    details: "The parts are name, version, os.name, os.version, os.full and device.name. A program or device that isn't \
              known is `Other`, as in documents of Elasticsearch.",
    parameters: &[
        Parameter { name: "agent", description: "The user agent string." },
        Parameter { name: "part", description: "The part, constant." },
    ],
    signatures: &[Signature::new(&[STRING, STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: r#"ROW a = "aws-cli/1.16.2 Python/3.4.7 Linux/4.9.184" | EVAL x = USER_AGENT_PART(a, "os.full"), y = USER_AGENT_PART(a, "device.name") | KEEP x, y"#,
        result: "Linux 4.9.184 | Other",
    }],
    evaluation: Evaluation::Kernel(build),
};

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let name = call.constant_str(1).unwrap_or_default();
    let find = part(name).ok_or_else(|| {
        BuildError(format!("[{}] needs one of name, version, os.name, os.version, os.full, device.name", call.source))
    })?;
    let kernel = map1::<Strings, _>(find);
    Ok(Box::new(move |context, columns| kernel(context, &columns[..1])))
}
