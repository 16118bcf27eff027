//! Runs the documents in `specs/`. `QUARRY_ACCEPT=1` writes what comes out into them.

use std::path::Path;

use quarry_conformance::document::Document;
use quarry_conformance::files;

#[test]
fn queries_in_documents_give_the_results_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let accept = std::env::var("QUARRY_ACCEPT").is_ok_and(|value| value == "1");
    let mut differences = Vec::new();
    for path in files(&folder, "spec").unwrap() {
        let document = Document::read(&path).unwrap();
        assert!(!document.cases.is_empty(), "{} has no cases", path.display());
        if accept {
            document.accept(&path).unwrap();
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let document = Document::read(&path).unwrap();
        differences.extend(document.check().unwrap().into_iter().map(|difference| format!("{name} {difference}")));
    }
    assert!(differences.is_empty(), "\n{}\nQUARRY_ACCEPT=1 accepts these results.", differences.join("\n"));
}
