#![no_main]

libfuzzer_sys::fuzz_target!(|source: &[u8]| samlkit_fuzz_targets::requests::run(source));
