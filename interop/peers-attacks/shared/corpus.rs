//! Reads a corpus of `samlkit-testing`, asks a peer about each response, and prints one JSON object a line.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::{Value, json};

/// A response and its situation.
pub struct Entry {
    folder: PathBuf,
    value: Value,
    pub form: String,
}

impl Entry {
    pub fn option(&self, name: &str) -> Option<&str> {
        self.value["options"][name].as_str()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.value["options"][name] == true
    }

    pub fn file(&self, name: &str) -> String {
        let path = self.option(name).expect(name);
        std::fs::read_to_string(self.folder.join(path)).expect(name)
    }

    /// For peers that take decoded messages: strict base64, and UTF-8.
    #[allow(dead_code)]
    pub fn xml(&self) -> Result<String, String> {
        let packed: String = self.form.split_ascii_whitespace().collect();
        let octets = base64::engine::general_purpose::STANDARD
            .decode(packed)
            .map_err(|error| error.to_string())?;
        String::from_utf8(octets).map_err(|error| error.to_string())
    }
}

/// What a peer makes of a response: the name of the user, or why not. Asked once for each delivery.
pub trait Peer {
    fn accept(&mut self, entry: &Entry) -> Result<String, String>;
}

/// Runs the corpus. `fresh` makes a peer with an empty memory; `knows` says whether the peer can be put into the situation at all.
pub fn run<P: Peer>(
    name: &str,
    folder: &Path,
    fresh: impl Fn(&Entry) -> Result<P, String>,
    knows: impl Fn(&Value) -> bool,
) {
    let manifest = std::fs::read(folder.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    std::panic::set_hook(Box::new(|_| {}));
    for value in manifest["entries"].as_array().expect("entries") {
        if value["kind"] != "response" || !value["also_trusts"].is_null() {
            continue;
        }
        let file = folder.join(value["file"].as_str().expect("a file"));
        let entry = Entry {
            folder: folder.to_owned(),
            form: std::fs::read_to_string(file).expect("a form value"),
            value: value.clone(),
        };
        let outcome = if knows(value) {
            let run = || -> Result<String, String> {
                let mut peer = fresh(&entry)?;
                let times = value["deliveries"].as_u64().unwrap_or(1);
                for _ in 1..times {
                    peer.accept(&entry)
                        .map_err(|error| format!("the first time: {error}"))?;
                }
                peer.accept(&entry)
            };
            match catch_unwind(AssertUnwindSafe(run)) {
                Ok(Ok(user)) => json!({"accepted": true, "user": user}),
                Ok(Err(reason)) => json!({"accepted": false, "reason": reason}),
                Err(_) => json!({"accepted": false, "panic": true}),
            }
        } else {
            json!({"skipped": true})
        };
        let mut line = json!({"peer": name, "id": value["id"], "verdict": value["verdict"], "sibling": value["sibling"],
            "class": value["attack"]["class"], "attack": value["attack"]["id"]});
        if let (Some(line), Some(outcome)) = (line.as_object_mut(), outcome.as_object()) {
            line.extend(outcome.clone());
        }
        println!("{line}");
    }
}
