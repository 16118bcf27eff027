//! Parsing, DISSECT, LIKE and comparison, each over one batch of rows.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quarry_functions::extract::Extractor;
use quarry_functions::extract::dissect::Dissect;
use quarry_functions::text::wildcard::Wildcard;
use quarry_functions::{Context, Settings, Site, Warnings};
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

criterion_group!(benches, parse, dissect, like);
criterion_main!(benches);
