//! Mimecast as a service provider: regions, account codes, the Personal Portal, and the internal directory.

mod account_code;
mod address;
mod directory;
mod personal_portal;
mod region;

pub use account_code::{AccountCode, AccountCodeError, RegionCheck};
pub use address::{Address, AddressError, Domain};
pub use directory::{Directory, DirectoryError, LinkError, Subject};
pub use personal_portal::{EntityIdSpelling, PersonalPortal, PersonalPortalError};
pub use region::{Region, UnknownRegion};
