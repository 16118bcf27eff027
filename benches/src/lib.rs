//! Benchmarks of the parts. They stand in `benches/`; this library is empty.
