use core::fmt;

/// An object identifier, shown in dotted form.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Oid {
    /// Content octets of the DER encoding (X.690 §8.19), then zeros.
    octets: [u8; Self::CAPACITY],
    length: u8,
}

impl Oid {
    /// Longer ones name nothing that a key or certificate here could be.
    const CAPACITY: usize = 39;

    /// Takes the content octets of a DER `OBJECT IDENTIFIER`.
    pub(crate) fn from_der_value(value: &[u8]) -> Option<Self> {
        // The last octet of every arc, and so of the whole, has its high bit clear.
        if value.last()? & 0x80 != 0 {
            return None;
        }
        let mut octets = [0; Self::CAPACITY];
        octets.get_mut(..value.len())?.copy_from_slice(value);
        Some(Self {
            octets,
            length: u8::try_from(value.len()).ok()?,
        })
    }

    /// The content octets of the DER encoding.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.octets.get(..usize::from(self.length)).unwrap_or(&[])
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut arc = 0_u64;
        let mut first = true;
        for &octet in self.as_bytes() {
            // 39 octets can hold an arc of 273 bits, which nobody assigns: shown as the largest number.
            arc = if arc >> 57 == 0 {
                (arc << 7) | u64::from(octet & 0x7f)
            } else {
                u64::MAX
            };
            if octet & 0x80 != 0 {
                continue;
            }
            if first {
                let root = (arc / 40).min(2);
                write!(f, "{root}.{}", arc.saturating_sub(root * 40))?;
                first = false;
            } else {
                write!(f, ".{arc}")?;
            }
            arc = 0;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_form() {
        let cases: [(&[u8], &str); 4] = [
            (
                &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
                "1.2.840.113549.1.1.1",
            ),
            (&[0x2b, 0x65, 0x70], "1.3.101.112"),
            (&[0x88, 0x37, 0x03], "2.999.3"),
            (&[0x55, 0x04, 0x03], "2.5.4.3"),
        ];
        for (value, text) in cases {
            assert_eq!(Oid::from_der_value(value).unwrap().to_string(), text);
        }
    }

    #[test]
    fn malformed_ones_are_refused() {
        assert_eq!(Oid::from_der_value(&[]), None);
        assert_eq!(Oid::from_der_value(&[0x2a, 0x86]), None);
        assert_eq!(Oid::from_der_value(&[1; 40]), None);
        assert!(Oid::from_der_value(&[1; 39]).is_some());
    }
}
