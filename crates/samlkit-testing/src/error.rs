use thiserror::Error as ThisError;

/// Why a message could not be made. Each is a mistake in what was asked for.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// What is to be signed is not well-formed, so that it has no canonical form.
    #[error("what is to be signed cannot be parsed")]
    Xml(#[from] samlkit::xml::Error),
    /// What is to be signed has no canonical form.
    #[error("what is to be signed cannot be canonicalized")]
    Canonicalization(#[from] samlkit::c14n::Error),
    /// A key cannot do what was asked of it.
    #[error("the key {key} cannot be used with {algorithm}")]
    Key {
        /// The key.
        key: &'static str,
        /// The identifier of the algorithm.
        algorithm: String,
    },
    /// The signature that was to be filled is not where its element is.
    #[error("a signature to be filled in is not in the message")]
    LostSignature,
    /// The service provider or the identity provider that was described cannot be configured.
    #[error(transparent)]
    Config(#[from] samlkit::ConfigError),
    /// The metadata that was made cannot be read.
    #[error("the metadata cannot be read")]
    Metadata(#[from] samlkit::core::Error),
    /// A file or folder of a corpus cannot be written.
    #[error("cannot write {path}: {kind}")]
    Write {
        /// Which.
        path: String,
        /// Why not.
        kind: std::io::ErrorKind,
    },
}
