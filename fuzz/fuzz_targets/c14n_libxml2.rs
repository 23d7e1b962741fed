#![no_main]

libfuzzer_sys::fuzz_target!(|source: &[u8]| samlkit_fuzz_targets::c14n_libxml2::run(source));
