//! The built binary, driven by sessions written down in `cmd/`. `TRYCMD=overwrite` writes what it prints.

#[test]
fn sessions() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").case("tests/cmd/*.md");
}
