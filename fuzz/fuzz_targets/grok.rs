#![no_main]

#[path = "../properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|texts: (&str, &str)| properties::grok(texts.0, texts.1));
