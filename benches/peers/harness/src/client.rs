use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::protocol::{Answer, Request};
use crate::{Canonical, Described, Summary};

/// How much memory a worker may have: less than would make the machine end something else.
const MEMORY: &str = "--as=8589934592";

/// How a worker is started.
#[derive(Clone, Debug)]
pub struct Call {
    /// The worker.
    pub program: PathBuf,
    /// The peer within it.
    pub peer: String,
    /// A clock for a peer that takes no time: libfaketime holds it, and leaves the monotonic clock alone.
    pub clock: Option<String>,
}

/// Why there is no result.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
    /// The peer said no, and why.
    Refused(String),
    /// The peer has no such function.
    Nothing,
    /// It took too long, and was stopped.
    Stopped,
    /// It ended by itself.
    Ended(String),
}

/// A running worker.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    patience: Duration,
    described: Described,
}

impl Call {
    /// The command that runs the worker, under another one where `under` has words.
    #[must_use]
    pub fn command(&self, under: &[&str]) -> Command {
        let mut command = match under.split_first() {
            None => Command::new(&self.program),
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(&self.program);
                command
            }
        };
        if let Some(clock) = &self.clock {
            // It reads local time in whole seconds.
            let clock = clock.split(['.', 'Z']).next().unwrap_or_default();
            command
                .env("LD_PRELOAD", faketime())
                .env("FAKETIME", clock.replace('T', " "))
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                .env("TZ", "UTC");
        }
        command
    }

    /// Starts the worker with a file of settings.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(&self, setting: &Path, patience: Duration) -> Result<Worker, Failure> {
        let ended = |error: std::io::Error| Failure::Ended(error.to_string());
        let mut child = self
            .command(&["prlimit", MEMORY])
            .arg("serve")
            .arg(&self.peer)
            .arg(setting)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // libxml2 reports there what the answer says anyway.
            .stderr(Stdio::null())
            .spawn()
            .map_err(ended)?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or(Failure::Nothing)?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut worker = Worker {
            child,
            input,
            lines,
            patience,
            described: Described {
                name: self.peer.clone(),
                scope: crate::Scope::Signature,
            },
        };
        if let Answer::Described(described) = worker.receive()? {
            worker.described = described;
        }
        Ok(worker)
    }
}

/// The library behind `faketime`. The command itself would stay between a worker and whoever stops it.
fn faketime() -> String {
    let output = Command::new("faketime")
        .args(["-f", "2026-01-15 10:00:00", "printenv", "LD_PRELOAD"])
        .output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default()
}

impl Worker {
    /// What the peer says of itself.
    #[must_use]
    pub fn described(&self) -> &Described {
        &self.described
    }

    /// Makes the peer anew, with an empty memory.
    ///
    /// # Errors
    ///
    /// [`Failure::Nothing`] when the peer has no such setting, [`Failure::Refused`] when it does not take one that it has.
    pub fn prepare(&mut self, setting: &Path) -> Result<(), Failure> {
        let setting = setting.to_owned();
        self.ask(&Request::Prepare { setting }).map(drop)
    }

    /// Loads a message for what follows.
    ///
    /// # Errors
    ///
    /// When the worker cannot.
    pub fn load(&mut self, path: &Path, in_response_to: Option<&str>) -> Result<(), Failure> {
        self.ask(&Request::Load {
            path: path.to_owned(),
            in_response_to: in_response_to.map(str::to_owned),
        })
        .map(drop)
    }

    /// Accepts the message.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with the peer's reason.
    pub fn accept(&mut self) -> Result<Summary, Failure> {
        match self.ask(&Request::Accept)? {
            Answer::Accepted(summary) => Ok(summary),
            other => Err(unexpected(&other)),
        }
    }

    /// Nanoseconds of each of so many acceptances.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with the peer's reason.
    pub fn time(&mut self, times: usize) -> Result<Vec<u64>, Failure> {
        self.times(&Request::Time { times })
    }

    /// Nanoseconds of each of so many verifications of the signature of a document's root.
    ///
    /// # Errors
    ///
    /// [`Failure::Refused`] with the peer's reason.
    pub fn root(&mut self, path: &Path, times: usize) -> Result<Vec<u64>, Failure> {
        self.times(&Request::Root {
            path: path.to_owned(),
            times,
        })
    }

    fn times(&mut self, request: &Request) -> Result<Vec<u64>, Failure> {
        match self.ask(request)? {
            Answer::Times(nanos) => Ok(nanos),
            other => Err(unexpected(&other)),
        }
    }

    /// Canonicalizes the loaded document so many times.
    ///
    /// # Errors
    ///
    /// [`Failure::Nothing`] for a peer that cannot.
    pub fn canonicalize(&mut self, times: usize) -> Result<Canonical, Failure> {
        match self.ask(&Request::Canonicalize { times })? {
            Answer::Canonical(canonical) => Ok(canonical),
            other => Err(unexpected(&other)),
        }
    }

    /// The peak of the worker's resident set in kilobytes.
    ///
    /// # Errors
    ///
    /// When the worker is gone.
    pub fn peak(&mut self) -> Result<u64, Failure> {
        match self.ask(&Request::Peak)? {
            Answer::Peak(kilobytes) => Ok(kilobytes),
            other => Err(unexpected(&other)),
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Answer, Failure> {
        let line =
            serde_json::to_string(request).map_err(|error| Failure::Ended(error.to_string()))?;
        let input = self.input.as_mut().ok_or(Failure::Nothing)?;
        let written = writeln!(input, "{line}").and_then(|()| input.flush());
        if written.is_err() {
            return Err(self.ended());
        }
        self.receive()
    }

    fn receive(&mut self) -> Result<Answer, Failure> {
        let line = match self.lines.recv_timeout(self.patience) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => {
                let _ = self.child.kill();
                return Err(Failure::Stopped);
            }
            Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
        };
        match serde_json::from_str(&line).map_err(|error| Failure::Ended(error.to_string()))? {
            Answer::Refused(reason) => Err(Failure::Refused(reason)),
            Answer::Nothing => Err(Failure::Nothing),
            answer => Ok(answer),
        }
    }

    fn ended(&mut self) -> Failure {
        let status = self.child.wait().map(|status| status.to_string());
        Failure::Ended(status.unwrap_or_else(|error| error.to_string()))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unexpected(answer: &Answer) -> Failure {
    Failure::Ended(format!("an answer to something else: {answer:?}"))
}
