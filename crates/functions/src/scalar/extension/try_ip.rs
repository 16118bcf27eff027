use quarry_types::{DataType, Strings, ip};

use crate::definition::accept::STRING;
use crate::lift::each1;
use crate::{Category, Evaluation, Example, Parameter, Returns, ScalarFunction, Signature};

/// `TRY_IP`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "try_ip",
    aliases: &[],
    category: Category::Extension,
    summary: "The address that a string spells, or null.",
    details: "Like TO_IP, without a warning: for fields that hold either an address or a name.",
    parameters: &[Parameter { name: "string", description: "The string." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Ip))],
    examples: &[Example {
        query: r#"ROW x = TRY_IP("10.0.0.1"), y = TRY_IP("ec2.amazonaws.com")"#,
        result: "10.0.0.1 | null",
    }],
    evaluation: Evaluation::Kernel(|_| Ok(each1::<Strings, _>(ip::parse))),
};
