use quarry_types::{Column, DataType, Strings, Value};

use super::chunking::Strategy;
use crate::definition::accept::STRING;
use crate::lift::build_rows;
use crate::text::java::JavaRegex;
use crate::{BuildError, Call, Category, Evaluation, Example, Kernel, Parameter, Returns, ScalarFunction, Signature};

/// `CHUNK`
pub(crate) static DEF: ScalarFunction = ScalarFunction {
    name: "chunk",
    aliases: &[],
    category: Category::String,
    summary: "A long text cut into pieces of at most so many words.",
    details: "The option `strategy` says where: `sentence` (as without options) after whole sentences, `word` after \
              words, `recursive` at `separators` (regular expressions; `separator_group` names a set of them, \
              `plaintext` or `markdown`), `none` nowhere. `max_chunk_size` is the number of words, 300 unless given. \
              With `word`, neighbours share `overlap` words; with `sentence` and `sentence_overlap` 1 a piece begins \
              with the sentence before it. Blanks around a piece are left out.",
    parameters: &[Parameter { name: "field", description: "The text." }],
    signatures: &[Signature::new(&[STRING], Returns::Always(DataType::Keyword))],
    examples: &[Example {
        query: "ROW note = \"Ann called at nine and asked for a new password. She got it by mail. The login \
                followed from abroad.\"\n| EVAL part = CHUNK(note, {\"strategy\": \"word\", \"max_chunk_size\": 10, \
                \"overlap\": 1})\n| MV_EXPAND part\n| KEEP part",
        result: "Ann called at nine and asked for a new password\npassword. She got it by mail. The login followed \
                 from\nfrom abroad.",
    }],
    evaluation: Evaluation::Kernel(build),
};

/// Words in a piece where nothing else is said.
const USUAL: i64 = 300;

fn build(call: &Call<'_>) -> Result<Kernel, BuildError> {
    let strategy = strategy(call).map_err(|reason| BuildError(format!("{reason} in [{}]", call.source)))?;
    Ok(Box::new(move |context, columns| {
        let Some(texts) = columns[0].cells::<Strings>() else { return Column::nulls(DataType::Keyword, context.rows) };
        build_rows(context, DataType::Keyword, &columns[..1], |row, out| {
            for text in texts.row(row) {
                for piece in strategy.cut(text)? {
                    out.push_str(text[piece].trim_matches(|c| c <= ' '));
                }
            }
            Ok(())
        })
    }))
}

fn strategy(call: &Call<'_>) -> Result<Strategy, String> {
    let name = match call.option("strategy") {
        None => "sentence",
        Some(value) => value.as_str().ok_or_else(|| format!("[strategy] has to be a text, found [{value}]"))?,
    };
    let known: &[&str] = match name {
        "none" => &["strategy"],
        "word" => &["strategy", "max_chunk_size", "overlap"],
        "sentence" => &["strategy", "max_chunk_size", "sentence_overlap"],
        "recursive" => &["strategy", "max_chunk_size", "separators", "separator_group"],
        _ => {
            return Err(format!("Invalid strategy [{name}], expected one of [none, recursive, sentence, word]"));
        }
    };
    if let Some((option, _)) = call.options.iter().find(|(option, _)| !known.contains(&option.as_str())) {
        return Err(format!("Invalid option [{option}] of strategy [{name}], expected one of [{}]", known.join(", ")));
    }
    let least = if name == "sentence" { 20 } else { 10 };
    let most = number(call, "max_chunk_size", USUAL, least, i64::from(i32::MAX))?;
    Ok(match name {
        "none" => Strategy::Whole,
        "word" => Strategy::Words { most, shared: number(call, "overlap", 0, 0, (most / 2) as i64)? },
        "sentence" => {
            // Whoever gives options gets the reference's default of them.
            let usual = i64::from(!call.options.is_empty());
            Strategy::Sentences { most, repeats: number(call, "sentence_overlap", usual, 0, 1)? == 1 }
        }
        _ => Strategy::Separators { most, separators: separators(call)? },
    })
}

fn number(call: &Call<'_>, name: &str, usual: i64, least: i64, most: i64) -> Result<usize, String> {
    let number = match call.option(name) {
        None => usual,
        Some(Value::Integer(n)) => i64::from(*n),
        Some(Value::Long(n)) => *n,
        Some(other) => return Err(format!("[{name}] has to be a whole number, found [{other}]")),
    };
    if number < least || number > most {
        return Err(format!("[{name}] has to be at least {least} and at most {most}, found [{number}]"));
    }
    Ok(number as usize)
}

/// What separates paragraphs, then lines.
const PLAINTEXT: &[&str] = &["\n\n", "\n"];

/// Headings from the gravest on, then lines drawn across the page.
const MARKDOWN: &[&str] = &[
    "\n# ",
    "\n## ",
    "\n### ",
    "\n#### ",
    "\n##### ",
    "\n###### ",
    "\n(?!\\s*$).*\\n-{1,}\\n",
    "\n(?!\\s*$).*\\n={1,}\\n",
];

fn separators(call: &Call<'_>) -> Result<Vec<JavaRegex>, String> {
    let patterns: Vec<&str> = match (call.option("separators"), call.option("separator_group").map(Value::as_str)) {
        (Some(_), Some(_)) => return Err("Only one of [separators, separator_group] can be given".to_owned()),
        (Some(list), None) => {
            let texts = list.elements().iter().map(Value::as_str).collect::<Option<Vec<_>>>();
            texts.ok_or_else(|| format!("[separators] have to be texts, found [{list}]"))?
        }
        (None, None | Some(Some("plaintext"))) => PLAINTEXT.to_vec(),
        (None, Some(Some("markdown"))) => MARKDOWN.to_vec(),
        (None, Some(_)) => return Err("[separator_group] has to be one of [plaintext, markdown]".to_owned()),
    };
    patterns
        .into_iter()
        .map(|pattern| JavaRegex::new(pattern).map_err(|_| format!("Invalid separator [{pattern}]")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call;

    #[test]
    fn every_text_of_a_list_is_cut_and_null_has_no_piece() {
        let texts = Value::List(vec!["One. ".into(), " Two.".into()]);
        let (pieces, _) = call("chunk", &[(DataType::Keyword, texts)]).unwrap();
        assert_eq!(pieces, Value::List(vec!["One.".into(), "Two.".into()]));
        assert_eq!(call("chunk", &[(DataType::Keyword, Value::Null)]).unwrap().0, Value::Null);
    }
}
