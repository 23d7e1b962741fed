//! Prints every attack as the table at the end of `docs/attacks.md`: `cargo run -p samlkit-testing --example list`.
#![expect(clippy::print_stdout, reason = "it prints a table")]

fn main() {
    print!("{}", samlkit_testing::attacks::to_markdown());
}
