//! The writer of canonical CBOR (RFC 8949 §4.2.1): structures, kinds and words as numbers, in order.
//!
//! It is our own because serde_cbor's, even when asked to pack, writes a variant that has content by
//! its name. What the format does not have (floats, maps with keys of their own, sequences of
//! unknown length) is an error. Not here: which values are written (`v1`), and reading them.

use std::fmt::{self, Display};

use serde::ser::{self, Impossible, Serialize};

/// The canonical bytes of a value.
///
/// # Errors
/// The value holds something that the format does not have.
pub(super) fn write<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Unwritable> {
    let mut out = Vec::with_capacity(256);
    value.serialize(Writer(&mut out))?;
    Ok(out)
}

/// The format has no such value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unwritable(String);

impl Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Unwritable {}
impl ser::Error for Unwritable {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

fn no<T>(what: &str) -> Result<T, Unwritable> {
    Err(Unwritable(format!("the format has no {what}")))
}

const UNSIGNED: u8 = 0 << 5;
const NEGATIVE: u8 = 1 << 5;
const BYTES: u8 = 2 << 5;
const TEXT: u8 = 3 << 5;
const ARRAY: u8 = 4 << 5;
const MAP: u8 = 5 << 5;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;

/// The head of an item: its major type and its argument, as short as it can be.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let bytes = argument.to_be_bytes();
    let (size, start) = match argument {
        0..=23 => return out.push(major | bytes[7]),
        24..=0xff => (24, 7),
        0x100..=0xffff => (25, 6),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 0),
    };
    out.push(major | size);
    out.extend_from_slice(&bytes[start..]);
}

struct Writer<'a>(&'a mut Vec<u8>);

impl<'a> Writer<'a> {
    fn integer(self, number: u64) {
        head(self.0, UNSIGNED, number);
    }
    /// A map of one pair, whose key is the number of a variant; its value comes next.
    fn variant(self, number: u32) -> &'a mut Vec<u8> {
        head(self.0, MAP, 1);
        head(self.0, UNSIGNED, number.into());
        self.0
    }
    fn array(self, length: usize) -> Items<'a> {
        head(self.0, ARRAY, length as u64);
        Items(self.0)
    }
    fn map(self, length: usize) -> Fields<'a> {
        head(self.0, MAP, length as u64);
        Fields {
            out: self.0,
            number: 0,
        }
    }
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Impossible<(), Unwritable>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    fn is_human_readable(&self) -> bool {
        false
    }
    fn serialize_bool(self, value: bool) -> Result<(), Unwritable> {
        self.0.push(if value { TRUE } else { FALSE });
        Ok(())
    }
    fn serialize_i8(self, value: i8) -> Result<(), Unwritable> {
        self.serialize_i64(value.into())
    }
    fn serialize_i16(self, value: i16) -> Result<(), Unwritable> {
        self.serialize_i64(value.into())
    }
    fn serialize_i32(self, value: i32) -> Result<(), Unwritable> {
        self.serialize_i64(value.into())
    }
    fn serialize_i64(self, value: i64) -> Result<(), Unwritable> {
        match u64::try_from(value) {
            Ok(value) => self.integer(value),
            // -1 - n in two's complement is the complement of n.
            Err(_) => head(self.0, NEGATIVE, !value as u64),
        }
        Ok(())
    }
    fn serialize_u8(self, value: u8) -> Result<(), Unwritable> {
        self.serialize_u64(value.into())
    }
    fn serialize_u16(self, value: u16) -> Result<(), Unwritable> {
        self.serialize_u64(value.into())
    }
    fn serialize_u32(self, value: u32) -> Result<(), Unwritable> {
        self.serialize_u64(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result<(), Unwritable> {
        self.integer(value);
        Ok(())
    }
    fn serialize_f32(self, _: f32) -> Result<(), Unwritable> {
        no("floats")
    }
    fn serialize_f64(self, _: f64) -> Result<(), Unwritable> {
        no("floats")
    }
    fn serialize_char(self, value: char) -> Result<(), Unwritable> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, text: &str) -> Result<(), Unwritable> {
        head(self.0, TEXT, text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Unwritable> {
        head(self.0, BYTES, bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        Ok(())
    }
    fn serialize_none(self) -> Result<(), Unwritable> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Unwritable> {
        self.0.push(NULL);
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unwritable> {
        self.serialize_unit()
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
    ) -> Result<(), Unwritable> {
        self.serialize_u32(number)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(Writer(self.variant(number)))
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'a>, Unwritable> {
        match length {
            Some(length) => Ok(self.array(length)),
            None => no("sequences of unknown length"),
        }
    }
    fn serialize_tuple(self, length: usize) -> Result<Items<'a>, Unwritable> {
        Ok(self.array(length))
    }
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Items<'a>, Unwritable> {
        Ok(self.array(length))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Items<'a>, Unwritable> {
        Ok(Writer(self.variant(number)).array(length))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unwritable> {
        no("maps with keys of their own")
    }
    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Fields<'a>, Unwritable> {
        Ok(self.map(length))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        length: usize,
    ) -> Result<Fields<'a>, Unwritable> {
        Ok(Writer(self.variant(number)).map(length))
    }
}

/// The items of an array whose head is written.
struct Items<'a>(&'a mut Vec<u8>);

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        value.serialize(Writer(self.0))
    }
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Unwritable;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.item(value)
    }
    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}
impl ser::SerializeTuple for Items<'_> {
    type Ok = ();
    type Error = Unwritable;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.item(value)
    }
    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}
impl ser::SerializeTupleStruct for Items<'_> {
    type Ok = ();
    type Error = Unwritable;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.item(value)
    }
    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}
impl ser::SerializeTupleVariant for Items<'_> {
    type Ok = ();
    type Error = Unwritable;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.item(value)
    }
    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}

/// The fields of a structure whose head is written. A field that is left out keeps its number.
struct Fields<'a> {
    out: &'a mut Vec<u8>,
    number: u64,
}

impl Fields<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        head(self.out, UNSIGNED, self.number);
        self.number += 1;
        value.serialize(Writer(self.out))
    }
    fn skip(&mut self) -> Result<(), Unwritable> {
        self.number += 1;
        Ok(())
    }
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Unwritable;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        self.field(value)
    }
    fn skip_field(&mut self, _: &'static str) -> Result<(), Unwritable> {
        self.skip()
    }
    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}
impl ser::SerializeStructVariant for Fields<'_> {
    type Ok = ();
    type Error = Unwritable;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        self.field(value)
    }
    fn skip_field(&mut self, _: &'static str) -> Result<(), Unwritable> {
        self.skip()
    }
    fn end(self) -> Result<(), Unwritable> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;

    use super::*;

    fn hex<T: Serialize>(value: &T) -> String {
        let bytes = write(value).unwrap();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn integers_are_as_short_as_they_can_be() {
        // RFC 8949, appendix A.
        for (number, expected) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (100, "1864"),
            (1000, "1903e8"),
            (1_000_000, "1a000f4240"),
            (1_000_000_000_000, "1b000000e8d4a51000"),
            (-1, "20"),
            (-10, "29"),
            (-100, "3863"),
            (-1000, "3903e7"),
            (i64::MIN, "3b7fffffffffffffff"),
        ] {
            assert_eq!(hex(&number), expected, "{number}");
        }
        assert_eq!(hex(&u64::MAX), "1bffffffffffffffff");
    }

    #[derive(Serialize)]
    enum Kind {
        Word,
        One(u8),
        Two(u8, Option<u8>),
        Fields {
            #[serde(skip_serializing_if = "Option::is_none")]
            absent: Option<u8>,
            present: bool,
        },
    }

    #[test]
    fn variants_and_fields_are_numbers_whatever_they_hold() {
        assert_eq!(hex(&Kind::Word), "00");
        assert_eq!(hex(&Kind::One(5)), "a10105");
        assert_eq!(hex(&Kind::Two(5, None)), "a1028205f6");
        let fields = Kind::Fields {
            absent: None,
            present: true,
        };
        assert_eq!(hex(&fields), "a103a101f5");
    }

    #[test]
    fn what_the_format_does_not_have_is_not_written() {
        assert!(write(&1.5).is_err());
        assert!(write(&BTreeMap::from([(1, 2)])).is_err());
    }
}
