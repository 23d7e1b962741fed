//! Why a command did not do what it was asked.

use std::io::Write as _;
use std::process::ExitCode;

use crate::output::Safe;

/// An input that was understood as input, but is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The stable kebab-case name of the rule.
    pub(crate) code: &'static str,
    /// One sentence.
    pub(crate) message: String,
    /// What to change, where that is known.
    pub(crate) help: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
        }
    }
}

/// A command that cannot print its result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A bad flag, a missing file, a key that cannot be read: exit code 2.
    Usage {
        message: String,
        help: Option<String>,
    },
    /// A refusal by a command that has no other way to say so: exit code 1.
    Refused(Refusal),
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn usage_with(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: Some(help.into()),
        }
    }

    /// Says so on standard error.
    pub(crate) fn finish(&self) -> ExitCode {
        let (message, help, code) = match self {
            Self::Usage { message, help } => (message.clone(), help, 2),
            Self::Refused(Refusal {
                code,
                message,
                help,
            }) => (format!("{code}: {message}"), help, 1),
        };
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(stderr, "error: {}", Safe(&message));
        if let Some(help) = help {
            let _ = writeln!(stderr, "help: {}", Safe(help));
        }
        ExitCode::from(code)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
