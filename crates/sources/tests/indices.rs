//! Which index events are in, and which fields it has.
mod common;

use common::{Folder, field, keywords, meta, open, rows};
use quarry_plan::catalog::{Catalog, CatalogError};
use quarry_plan::scan::{Account, ScanColumnKind};
use quarry_sources::{FileCatalog, Input, Mapping, Options};
use quarry_types::{DataType, Value};

const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject",
    "awsRegion":"us-east-1","eventTime":"2024-01-01T00:00:00Z","readOnly":true,"managementEvent":false,"errorCode":"-",
    "requestParameters":{"bucketName":"b","x":null},"responseElements":{"y":[""]},"userIdentity":{"type":"IAMUser"}}]}"#;

#[test]
fn names_come_from_where_they_should() {
    let folder = Folder::new();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    folder.write("employees.ndjson.gz", common::gzip(b"{\"a\":\"stem\"}"));
    folder.write("trail.json", TRAIL);
    folder.write(
        "stream.json",
        "{\"data_stream\":{\"dataset\":\"d\"},\"a\":\"s\"}\n{\"event.dataset\":\"e\",\"a\":\"e\"}\n{\"a\":\"d\"}",
    );
    folder.write("export.json", "{\"_index\":\"i-1\",\"_id\":\"7\",\"_version\":3,\"_source\":{\"a\":\"x\"}}\n{\"_index\":\"i-2\",\"_source\":{\"a\":\"y\"}}");
    let catalog = open(&[folder.input(), Input::named("given", path("export.json"))]);
    assert_eq!(
        catalog.names(),
        [
            "employees",
            "given",
            "i-1",
            "i-2",
            "logs-aws.cloudtrail-default",
            "logs-d-default",
            "logs-e-default",
            "stream"
        ]
    );
    let one = |pattern: &str| {
        let (rows, _) = keywords(&catalog, pattern, &["a"]);
        rows.iter().map(|row| row[0].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(one("i-2"), ["y"]);
    assert_eq!(one("i-*"), ["x", "y"]);
    assert_eq!(one("i-*,-i-1"), ["y"]);
    assert_eq!(one("logs-d-*"), ["s"]);
    assert_eq!(one("stream"), ["d"]);
    assert_eq!(one("given"), ["x", "y"]);
    assert_eq!(one("remote:employees"), ["stem"]);
    assert_eq!(
        catalog.resolve("logs-nothing*", false).unwrap_err(),
        CatalogError::UnknownIndex("logs-nothing*".into())
    );
    assert_eq!(catalog.resolve("i-1,nope", false).unwrap_err(), CatalogError::UnknownIndex("nope".into()));
    let relation = catalog.resolve("i-*", false).unwrap();
    let columns = [
        meta(ScanColumnKind::Index),
        meta(ScanColumnKind::Id),
        meta(ScanColumnKind::Version),
        meta(ScanColumnKind::Source),
    ];
    let found = rows(&relation, &columns, &Account::default());
    assert_eq!(found[0], ["i-1".into(), "7".into(), Value::Long(3), "{\"a\":\"x\"}".into()]);
    assert_eq!((&found[1][0], &found[1][2]), (&"i-2".into(), &Value::Long(1)));
    assert_eq!(found[1][1].to_string().len(), 16 + 1 + 12);
}

#[test]
fn an_index_beyond_the_sample_is_found() {
    let folder = Folder::new();
    let mut text = "{\"_index\":\"a\",\"_source\":{\"x\":\"1\"}}\n".repeat(50);
    text.push_str("{\"_index\":\"late\",\"_source\":{\"x\":\"2\"}}\n");
    folder.write("x.json", text);
    let catalog = open(&[folder.input()]);
    assert_eq!(keywords(&catalog, "late", &["x"]).0, [["2".into()]]);
    assert!(catalog.resolve("later", false).is_err());
}

#[test]
fn raw_cloudtrail_has_a_view_and_empty_values() {
    let folder = Folder::new();
    folder.write("AWSLogs/t.json.gz", common::gzip(TRAIL.as_bytes()));
    folder.write("AWSLogs/empty.json", "{\"Records\":[]}");
    let catalog = open(&[folder.input()]);
    assert_eq!(catalog.names(), ["logs-aws.cloudtrail-default"]);
    let relation = catalog.resolve("logs-aws.cloudtrail-*", false).unwrap();
    let member = &relation.members[0];
    assert!(member.view.as_ref().is_some_and(|view| view.text.contains("FROM raw")));
    let table = &member.table;
    assert_eq!(table.field("eventTime").unwrap().data_type, DataType::Date);
    assert_eq!(table.field("requestParameters").unwrap().data_type, DataType::Flattened);
    assert_eq!(table.field("requestParameters.bucketName").unwrap().data_type, DataType::Keyword);
    assert_eq!(table.field("any.other").unwrap().data_type, DataType::Keyword);
    assert_eq!(table.document_field("source.geo.location").unwrap().data_type, DataType::GeoPoint);
    assert_eq!(table.document_field("host.name").unwrap().data_type, DataType::Keyword);
    assert_eq!(table.document_field("no.such"), None);
    let columns = [
        field("eventTime", DataType::Date),
        field("readOnly", DataType::Boolean),
        field("managementEvent", DataType::Keyword),
        field("errorCode", DataType::Keyword),
        field("requestParameters", DataType::Flattened),
        field("responseElements", DataType::Flattened),
        field("requestParameters.bucketName", DataType::Keyword),
    ];
    let found = rows(&relation, &columns, &Account::default());
    assert_eq!(
        found,
        [[
            Value::Date(1_704_067_200_000),
            true.into(),
            "false".into(),
            Value::Null,
            "{\"bucketName\":\"b\",\"x\":null}".into(),
            Value::Null,
            "b".into()
        ]]
    );
}

#[test]
fn types_come_from_mapping_then_dictionary_then_data() {
    let folder = Folder::new();
    folder.write(
        "x.json",
        "{\"source\":{\"ip\":\"1.2.3.4\"},\"n\":1,\"f\":1.5,\"s\":\"a\",\"d\":\"2024-01-01T00:00:00Z\",\"mixed\":1,\"o\":{\"p\":true}}\n{\"mixed\":\"x\",\"f\":2}\n",
    );
    let json = r#"{"properties":{"n":{"type":"integer"},"s":{"type":"text","fields":{"raw":{"type":"keyword"}}},"al":{"type":"alias","path":"n"},"gone":{"type":"ip"}}}"#;
    let options = Options { mappings: vec![(Some("x*".into()), Mapping::parse(json).unwrap())], ..Options::default() };
    let catalog = FileCatalog::open(&[folder.input()], options, &Account::default()).unwrap();
    let relation = catalog.resolve("x", false).unwrap();
    let table = &relation.members[0].table;
    let fields: Vec<String> = table.fields().iter().map(|f| format!("{}:{}", f.name, f.data_type)).collect();
    assert_eq!(
        fields,
        [
            "al:integer",
            "d:date",
            "f:double",
            "gone:ip",
            "mixed:keyword",
            "n:integer",
            "o.p:boolean",
            "s:text",
            "s.raw:keyword",
            "source.ip:ip"
        ]
    );
    assert_eq!(table.field("process.name").unwrap().data_type, DataType::Keyword);
    assert_eq!(table.field("nothing"), None);
    let columns =
        [field("al", DataType::Integer), field("s.raw", DataType::Keyword), field("process.name", DataType::Keyword)];
    let found = rows(&relation, &columns, &Account::default());
    assert_eq!(found[0], [1.into(), "a".into(), Value::Null]);
}

#[test]
fn a_field_beyond_the_sample_is_found() {
    let folder = Folder::new();
    folder.write("x.json", format!("{}{{\"late\":7}}\n", "{\"a\":1}\n".repeat(300)));
    let table = open(&[folder.input()]).resolve("x", false).unwrap().members[0].table.clone();
    assert_eq!(table.fields().len(), 1);
    assert_eq!(table.field("late").unwrap().data_type, DataType::Long);
    assert_eq!(table.field("never"), None);
}

#[test]
fn sub_fields_by_custom_read_their_parent() {
    let folder = Folder::new();
    folder.write("x.json", "{\"process\":{\"name\":\"sh\"},\"own\":\"v\"}\n");
    let relation = open(&[folder.input()]).resolve("x", false).unwrap();
    let table = &relation.members[0].table;
    assert_eq!(table.field("process.name.text").unwrap().data_type, DataType::Text);
    assert_eq!(table.field("own.keyword").unwrap().data_type, DataType::Keyword);
    let columns = [field("process.name.text", DataType::Text), field("own.keyword", DataType::Keyword)];
    assert_eq!(rows(&relation, &columns, &Account::default()), [["sh".into(), "v".into()]]);
}

#[test]
fn csv_with_and_without_types_is_read() {
    let folder = Folder::new();
    folder.write(
        "typed.csv",
        "id:integer,name:keyword,tags:keyword,when:date,range:ip_range\n1, a ,[y,x,y],2024-01-01,10.0.0.0/8\n2,,,,\n",
    );
    folder.write("plain.csv", "id,name,ok\r\n1,\"a, \"\"b\"\"\nc\",true\r\n2,[x],false\r\n3,a,b,c\r\n");
    let catalog = open(&[folder.input()]);
    let typed = catalog.resolve("typed", false).unwrap();
    let columns: Vec<_> = typed.members[0].table.fields().iter().map(|f| field(&f.name, f.data_type)).collect();
    let found = rows(&typed, &columns, &Account::default());
    assert_eq!(
        found[0],
        [
            1.into(),
            "a".into(),
            // A range of addresses can't be read; enrich policies can.
            Value::Null,
            Value::List(vec!["x".into(), "y".into()]),
            Value::Date(1_704_067_200_000)
        ]
    );
    assert_eq!(found[1], [2.into(), Value::Null, Value::Null, Value::Null, Value::Null]);
    let plain = catalog.resolve("plain", false).unwrap();
    let columns: Vec<_> = plain.members[0].table.fields().iter().map(|f| field(&f.name, f.data_type)).collect();
    let account = Account::default();
    let found = rows(&plain, &columns, &account);
    assert_eq!(
        found,
        [[Value::Long(1), "a, \"b\"\nc".into(), true.into()], [Value::Long(2), "[x]".into(), false.into()]]
    );
    assert_eq!((common::events(&account), common::malformed(&account)), (3, 1));
}
