#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| samlkit_fuzz_targets::aggregate::run(input));
