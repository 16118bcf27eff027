//! Parsing, DISSECT, GROK, LIKE and operators, each over one batch of rows.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quarry_functions::definition::Evaluation;
use quarry_functions::extract::Extractor;
use quarry_functions::extract::dissect::Dissect;
use quarry_functions::extract::grok::Grok;
use quarry_functions::registry::operator;
use quarry_functions::text::wildcard::Wildcard;
use quarry_functions::{Call, Context, Settings, Site, Warnings};
use quarry_types::{Column, DataType, Value};

const ROWS: usize = 4096;

fn parameters(row: usize) -> String {
    format!(
        "{{bucketName=bucket-{row}, x-amz-server-side-encryption-aws-kms-key-id=arn:aws:kms:us-east-1:{row:012}:key/k, \
         Host=bucket-{row}.s3.us-east-1.amazonaws.com, key=path/to/object-{row}}}"
    )
}

fn strings() -> Column {
    Column::from_values(DataType::Keyword, (0..ROWS).map(|row| Value::String(parameters(row))))
}

fn dissect(c: &mut Criterion) {
    let pattern =
        "{%{?bucketName}=%{bucket},%{?k}=%{?arn}:%{?aws}:%{?kms}:%{?region}:%{account}:%{?key}/%{keyId},%{?rest}}";
    let dissect = Dissect::new(pattern, "").expect("a valid pattern");
    let column = strings();
    let (site, settings) = (Arc::new(Site::default()), Settings::default());
    let mut group = c.benchmark_group("dissect");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("seven delimiters, three columns", |b| {
        b.iter(|| {
            let mut warnings = Warnings::default();
            let mut context = Context { rows: ROWS, site: &site, warnings: &mut warnings, settings: &settings };
            black_box(dissect.extract(&mut context, &column, &[true, true, true]))
        });
    });
    group.finish();
}

fn grok(c: &mut Criterion) {
    let column = strings();
    let (site, settings) = (Arc::new(Site::default()), Settings::default());
    let mut group = c.benchmark_group("grok");
    group.throughput(Throughput::Elements(ROWS as u64));
    for (name, pattern) in [
        ("three fields", "bucketName=%{DATA:bucket}, .*:%{NUMBER:account}:key/%{WORD:key}"),
        ("no match", "^%{IP:address} %{WORD:verb} %{URIPATH:path}"),
    ] {
        let grok = Grok::new(&[pattern]).expect("a valid pattern");
        let wanted = vec![true; grok.columns().len()];
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut warnings = Warnings::default();
                let mut context = Context { rows: ROWS, site: &site, warnings: &mut warnings, settings: &settings };
                black_box(grok.extract(&mut context, &column, &wanted))
            });
        });
    }
    group.finish();
}

fn operators(c: &mut Criterion) {
    let (site, settings) = (Arc::new(Site::default()), Settings::default());
    let longs = Column::from_values(DataType::Long, (0..ROWS).map(|row| Value::Long(row as i64)));
    let texts = strings();
    let mut group = c.benchmark_group("operators");
    group.throughput(Throughput::Elements(ROWS as u64));
    for (name, column, returns) in [
        ("add", &longs, DataType::Long),
        ("less_than", &longs, DataType::Boolean),
        ("equals", &texts, DataType::Boolean),
    ] {
        let Some(Evaluation::Kernel(build)) = operator(name).map(|function| &function.evaluation) else {
            panic!("{name} is no operator with a kernel");
        };
        let types = [column.data_type(); 2];
        let call = Call {
            types: &types,
            constants: &[None, None],
            sources: &["a", "b"],
            source: "a b",
            options: &[],
            returns,
            settings: &settings,
        };
        let kernel = build(&call).expect("arguments that it takes");
        let columns = [column.clone(), column.clone()];
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut warnings = Warnings::default();
                let mut context = Context { rows: ROWS, site: &site, warnings: &mut warnings, settings: &settings };
                black_box(kernel(&mut context, &columns))
            });
        });
    }
    group.finish();
}

fn like(c: &mut Criterion) {
    let texts: Vec<String> = (0..ROWS).map(parameters).collect();
    let mut group = c.benchmark_group("like");
    group.throughput(Throughput::Elements(ROWS as u64));
    for pattern in ["*object-4095*", "{bucketName=*", "*Host=*.s3.*key=path?to*"] {
        let wildcard = Wildcard::new(pattern).expect("a valid pattern");
        group.bench_function(pattern, |b| {
            b.iter(|| texts.iter().filter(|text| wildcard.matches(black_box(text))).count());
        });
    }
    group.finish();
}

fn parse(c: &mut Criterion) {
    let rule = include_str!("../../rules/aws_s3_object_encrypted_with_external_kms_key.esql");
    c.bench_function("parse the seed rule", |b| b.iter(|| quarry_syntax::parse(black_box(rule))));
}

criterion_group!(benches, parse, dissect, grok, like, operators);
criterion_main!(benches);
