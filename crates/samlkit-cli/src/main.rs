//! The `samlkit` command: a thin shell over the libraries.
//!
//! Exit code 0 means done or accepted, 1 refused, 2 a usage or I/O error.

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, DsigCommand, MetadataCommand, MimecastCommand};
use crate::failure::Failure;
use crate::output::Outcome;

mod c14n;
mod cli;
mod clock;
mod diagnose;
mod dsig;
mod failure;
mod help;
mod input;
mod inspect;
mod keys;
mod login;
mod message;
mod metadata;
mod mimecast;
mod output;
mod redirect;
mod sign;
mod verify;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to panic: nobody is there to read.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match run(&cli.command) {
        Ok(outcome) => outcome.finish(),
        Err(failure) => failure.finish(),
    }
}

fn run(command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::C14n(args) => c14n::run(args),
        Command::Dsig {
            command: DsigCommand::Verify(args),
        } => dsig::verify(args),
        Command::Dsig {
            command: DsigCommand::Sign(args),
        } => sign::run(args),
        Command::Diagnose(args) => diagnose::run(args),
        Command::Verify(args) => verify::run(args),
        Command::VerifyRedirect(args) => redirect::verify(args),
        Command::AuthnRequest(args) => login::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Metadata {
            command: MetadataCommand::Show(args),
        } => metadata::show(args),
        Command::Metadata {
            command: MetadataCommand::Sp(args),
        } => metadata::sp::run(args),
        Command::Metadata {
            command: MetadataCommand::Verify(args),
        } => metadata::verify::run(args),
        Command::Mimecast {
            command: MimecastCommand::Setup(args),
        } => mimecast::setup(args),
        Command::Mimecast {
            command: MimecastCommand::Regions(args),
        } => mimecast::regions(args),
    }
}
