//! What can be typed after `quarry`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Runs ES|QL and Elastic's detection rules over plain JSON logs: no cluster, no ingest.
#[derive(Debug, Parser)]
#[command(name = "quarry", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run an ES|QL query over logs
    #[command(after_help = "Examples:
  quarry query -i examples/cloudtrail 'FROM logs-aws.cloudtrail-* | STATS n = COUNT(*) BY event.action | SORT n DESC'
  quarry query 'FROM \"evidence/*.json.gz\" | WHERE event.outcome == \"failure\"'
  zcat *.gz | quarry query -i app=- 'FROM app | WHERE level == \"error\"' --format ndjson

Exit code: 0, or 2 where the query is wrong or an input can't be read.")]
    Query(QueryArgs),
    /// Run detection rules over logs and print the alerts
    #[command(after_help = "Examples:
  quarry run rules -i examples/cloudtrail
  quarry run rules/aws_s3_object_encrypted_with_external_kms_key.esql -i evidence/ --format ndjson

RULE is a query (.esql, with metadata in a .toml beside it), one of Elastic's rule or hunting
files (.toml), or a folder of these.

Exit code: 0 without alerts, 1 with alerts, 2 where a rule is wrong or an input can't be read.")]
    Run(RunArgs),
    /// Check queries and rule files: syntax, types, fields, metadata; no data needed
    #[command(after_help = "Examples:
  quarry check rules
  quarry check rules --format github
  echo 'FROM logs-* | WHERE event.acton == \"x\"' | quarry check -

PATH is a query (.esql), one of Elastic's rule or hunting files (.toml), Markdown with ```esql
blocks (.md), a folder of these, or - for standard input.

Exit code: 0 where all is well or only warned of, 1 where a query is wrong, 2 where a file
can't be read.")]
    Check(CheckArgs),
    /// Lay out queries in the standard form
    #[command(after_help = "Examples:
  quarry fmt rules
  quarry fmt --check rules
  quarry fmt - < query.esql

Exit code: with --check 1 where a file would change; 2 where one can't be read or parsed.")]
    Fmt(FmtArgs),
    /// Run the rules' own tests
    #[command(after_help = "Examples:
  quarry test
  quarry test rules --name 'a copy under a foreign key alerts'

Exit code: 0 where all tests pass, 1 where some fail, 2 where a rule is wrong.")]
    Test(TestArgs),
    /// List the functions, or explain one
    #[command(after_help = "Examples:
  quarry functions
  quarry functions date_trunc")]
    Functions(NameArgs),
    /// List the commands of the language, or explain one
    #[command(after_help = "Examples:
  quarry commands
  quarry commands stats")]
    Commands(NameArgs),
    /// Show how a query would be run: the plan, what is pushed down, what a scan looks for
    #[command(after_help = "Examples:
  quarry explain -i examples/cloudtrail 'FROM logs-aws.cloudtrail-* | WHERE event.action == \"CopyObject\"'")]
    Explain(ExplainArgs),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// File, folder, glob or - (standard input) to read; may be repeated. NAME= gives its index a name
    #[arg(short, long = "input", value_name = "[NAME=]PATH")]
    pub(crate) input: Vec<String>,
    /// Field types as Elasticsearch's get-mapping API returns them, for all inputs or for the index NAME
    #[arg(long, value_name = "[NAME=]FILE")]
    pub(crate) mapping: Vec<String>,
    /// Enrich policies as Elasticsearch's API takes them: {"NAME": {"match": {"indices": .., "match_field": ..,
    /// "enrich_fields": [..]}}}
    #[arg(long, value_name = "FILE")]
    pub(crate) policies: Vec<String>,
    /// The time that NOW() gives, instead of the present
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// Threads to use
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// What sorting and grouping may take of memory, such as 512MB or 8GB
    #[arg(long, value_name = "SIZE", default_value = "4GB")]
    pub(crate) memory_limit: String,
    /// Don't print the closing account of what was read
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Read every record in full, without skipping those that a literal search rules out
    #[arg(long, hide = true)]
    pub(crate) no_prefilter: bool,
}

#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// The query
    #[arg(value_name = "ES|QL", required_unless_present = "file", conflicts_with = "file")]
    pub(crate) query: Option<String>,
    /// Read the query from a file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// How rows are printed [default: table on a terminal, else ndjson]
    #[arg(long, value_enum)]
    pub(crate) format: Option<QueryFormat>,
    /// Rows given where the query has no LIMIT
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) limit: usize,
    /// Give all rows where the query has no LIMIT
    #[arg(long, conflicts_with = "limit")]
    pub(crate) no_limit: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryFormat {
    /// Columns aligned for reading
    Table,
    /// The body of Elasticsearch's _query response
    Json,
    /// One object a line
    Ndjson,
    /// Comma-separated values
    Csv,
    /// Tab-separated values
    Tsv,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Rule files and folders
    #[arg(value_name = "RULE", required = true)]
    pub(crate) rules: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// How alerts are printed [default: table on a terminal, else ndjson]
    #[arg(long, value_enum)]
    pub(crate) format: Option<AlertFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlertFormat {
    /// The rows of each rule, aligned for reading
    Table,
    /// One alert document a line
    Ndjson,
    /// One array of alert documents
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Files and folders; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Logs whose fields the queries may read, beside those that are known
    #[arg(short, long = "input", value_name = "[NAME=]PATH")]
    pub(crate) input: Vec<String>,
    /// How problems are printed
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: CheckFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// With the text and a mark under the place
    Human,
    /// One array of objects
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Query files (.esql) and folders; - is standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing; only say which files would change
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// Rule files and folders
    #[arg(value_name = "RULE", default_value = "rules")]
    pub(crate) rules: Vec<PathBuf>,
    /// Run only the tests of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// What to explain; all are listed without it
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The query
    #[arg(value_name = "ES|QL", required_unless_present = "file", conflicts_with = "file")]
    pub(crate) query: Option<String>,
    /// Read the query from a file; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}
