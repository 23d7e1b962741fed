use std::hint::black_box;
use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::protocol::{Answer, Described, Request};
use crate::{Message, NO_SUCH_FUNCTION, Peer, Setting, measure};

/// The name of a peer with its version, and how to prepare it.
pub type Maker = (&'static str, fn(&Setting) -> Result<Box<dyn Peer>, Unready>);

/// Why a peer cannot be prepared.
#[derive(Clone, Debug)]
pub enum Unready {
    /// It has no such setting, which says nothing against it.
    Unable,
    /// It does not take the setting, or the metadata.
    Failed(String),
}

impl From<String> for Unready {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

impl From<&str> for Unready {
    fn from(reason: &str) -> Self {
        Self::Failed(reason.to_owned())
    }
}

/// The main function of a worker.
///
/// - `list` prints the names of its peers, one a line.
/// - `serve PEER SETTING` answers requests from standard input.
/// - `once PEER SETTING MESSAGE REQUEST TIMES` accepts a message so many times, for a run under a memory profiler.
#[must_use]
pub fn serve(makers: &[Maker]) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => {
            for (name, _) in makers {
                println!("{name}");
            }
            Ok(())
        }
        ["serve", peer, setting] => answer(makers, peer, Path::new(setting)),
        ["once", peer, setting, message, request, times] => make(makers, peer, Path::new(setting))
            .map_err(|unready| format!("{unready:?}"))
            .and_then(|peer| once(&*peer, Path::new(message), request, times)),
        _ => Err(
            "usage: list | serve PEER SETTING | once PEER SETTING MESSAGE REQUEST TIMES".to_owned(),
        ),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn make(makers: &[Maker], name: &str, setting: &Path) -> Result<Box<dyn Peer>, Unready> {
    let (_, maker) = makers
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| format!("no peer {name}"))?;
    maker(&Setting::load(setting)?)
}

fn answer(makers: &[Maker], name: &str, setting: &Path) -> Result<(), String> {
    let mut peer = make(makers, name, setting).map_err(|unready| format!("{unready:?}"))?;
    let mut out = io::stdout().lock();
    let mut say = |answer: &Answer| -> Result<(), String> {
        let line = serde_json::to_string(answer).map_err(|error| error.to_string())?;
        writeln!(out, "{line}").map_err(|error| error.to_string())?;
        out.flush().map_err(|error| error.to_string())
    };
    say(&Answer::Described(Described {
        name: name.to_owned(),
        scope: peer.scope(),
    }))?;
    let mut message = None;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let answer = match serde_json::from_str(&line).map_err(|error| error.to_string())? {
            Request::Prepare { setting } => match make(makers, name, &setting) {
                Ok(made) => {
                    peer = made;
                    Answer::Done
                }
                Err(Unready::Unable) => Answer::Nothing,
                Err(Unready::Failed(reason)) => Answer::Refused(reason),
            },
            Request::Load {
                path,
                in_response_to,
            } => {
                message = Some(Message::load(&path, in_response_to)?);
                Answer::Done
            }
            Request::Root { path, times } => root(&*peer, &path, times),
            Request::Peak => Answer::Peak(peak()?),
            request => {
                let message = message.as_ref().ok_or("no message was loaded")?;
                respond(&*peer, message, &request)
            }
        };
        say(&answer)?;
    }
    Ok(())
}

fn respond(peer: &dyn Peer, message: &Message, request: &Request) -> Answer {
    match request {
        Request::Accept => match peer.accept(message) {
            Ok(summary) => Answer::Accepted(summary),
            Err(reason) => Answer::Refused(reason),
        },
        Request::Time { times } => match peer.check(message) {
            Ok(()) => Answer::Times(measure(*times, || peer.check(black_box(message)))),
            Err(reason) => Answer::Refused(reason),
        },
        Request::Canonicalize { times } => match peer.canonicalize(&message.xml, *times) {
            None => Answer::Nothing,
            Some(Ok(canonical)) => Answer::Canonical(canonical),
            Some(Err(reason)) => Answer::Refused(reason),
        },
        Request::Prepare { .. } | Request::Load { .. } | Request::Root { .. } | Request::Peak => {
            Answer::Nothing
        }
    }
}

/// Without a run that is not counted: aggregates take seconds.
fn root(peer: &dyn Peer, path: &Path, times: usize) -> Answer {
    let mut nanos = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        let result = peer.verify_file(black_box(path));
        nanos.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        match result {
            Ok(()) => {}
            Err(reason) if reason == NO_SUCH_FUNCTION => return Answer::Nothing,
            Err(reason) => return Answer::Refused(reason),
        }
    }
    Answer::Times(nanos)
}

/// The peak of the resident set in kilobytes.
fn peak() -> Result<u64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_ascii_whitespace().next())
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| "the kernel gives no VmHWM".to_owned())
}

/// The ballast makes the heap's peak lie within what follows, whatever the preparation needed; the caller subtracts a run of no times.
fn once(peer: &dyn Peer, path: &Path, request: &str, times: &str) -> Result<(), String> {
    const BALLAST: usize = 256 << 20;
    let message = Message::load(path, Some(request.to_owned()))?;
    let times: usize = times.parse().map_err(|_| "TIMES is a number".to_owned())?;
    for _ in 0..3 {
        peer.check(&message)?;
    }
    let ballast = black_box(Vec::<u8>::with_capacity(BALLAST));
    for _ in 0..times {
        drop(black_box(peer.check(black_box(&message))));
    }
    drop(black_box(ballast));
    Ok(())
}
