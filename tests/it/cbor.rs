//! A reader of canonical CBOR that shares no code with the program, and prints each item.
//!
//! Not here: the meaning of the items (LEDGER_FORMAT.md).

/// A data item of the few kinds that the format has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Integer(i128),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Item>),
    Map(Vec<(Item, Item)>),
    Simple(u8),
}

/// The item that these bytes are, with nothing after it.
pub fn read(bytes: &[u8]) -> Item {
    let mut rest = bytes;
    let item = item(&mut rest);
    assert!(rest.is_empty(), "{} bytes after the item", rest.len());
    item
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, after) = rest.split_at(count);
    *rest = after;
    taken
}

fn head(rest: &mut &[u8]) -> (u8, u64) {
    let first = take(rest, 1)[0];
    let argument = match first & 0x1f {
        small @ 0..=23 => u64::from(small),
        size @ 24..=27 => {
            let bytes = take(rest, 1 << (size - 24));
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        }
        other => panic!("an indefinite or reserved length: {other}"),
    };
    (first >> 5, argument)
}

fn item(rest: &mut &[u8]) -> Item {
    let (major, argument) = head(rest);
    let count = usize::try_from(argument).unwrap();
    match major {
        0 => Item::Integer(argument.into()),
        1 => Item::Integer(-1 - i128::from(argument)),
        2 => Item::Bytes(take(rest, count).to_vec()),
        3 => Item::Text(String::from_utf8(take(rest, count).to_vec()).unwrap()),
        4 => Item::Array((0..count).map(|_| item(rest)).collect()),
        5 => Item::Map((0..count).map(|_| (item(rest), item(rest))).collect()),
        7 if (20..=22).contains(&argument) => Item::Simple(argument as u8),
        _ => panic!("an item of major type {major}"),
    }
}

impl Item {
    /// The canonical bytes of the item; the keys of maps stay in their order.
    pub fn write(&self) -> Vec<u8> {
        let mut out = self.head();
        match self {
            Self::Integer(_) | Self::Simple(_) => {}
            Self::Bytes(bytes) => out.extend(bytes),
            Self::Text(text) => out.extend(text.as_bytes()),
            Self::Array(items) => items.iter().for_each(|item| out.extend(item.write())),
            Self::Map(pairs) => pairs.iter().for_each(|(key, value)| {
                out.extend(key.write());
                out.extend(value.write());
            }),
        }
        out
    }

    /// The item with each of its smallest parts changed in turn.
    pub fn with_one_change(&self) -> Vec<Self> {
        self.with_each(&|leaf| {
            Some(match leaf {
                Self::Integer(number) => Self::Integer(number + 1),
                Self::Text(text) => Self::Text(format!("{text}x")),
                Self::Bytes(bytes) => {
                    let mut bytes = bytes.clone();
                    *bytes.last_mut()? ^= 1;
                    Self::Bytes(bytes)
                }
                Self::Simple(20) => Self::Simple(21),
                Self::Simple(21) => Self::Simple(20),
                _ => return None,
            })
        })
    }

    /// The item with each of its texts replaced in turn.
    pub fn with_each_text(&self, text: &str) -> Vec<Self> {
        self.with_each(&|leaf| match leaf {
            Self::Text(_) => Some(Self::Text(text.to_owned())),
            _ => None,
        })
    }

    /// The item with each of its smallest parts in turn as `change` has it, where that has one.
    fn with_each(&self, change: &dyn Fn(&Self) -> Option<Self>) -> Vec<Self> {
        let mut changed = Vec::new();
        match self {
            Self::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    changed.extend(item.with_each(change).into_iter().map(|item| {
                        let mut items = items.clone();
                        items[place] = item;
                        Self::Array(items)
                    }));
                }
            }
            Self::Map(pairs) => {
                for (place, (_, value)) in pairs.iter().enumerate() {
                    changed.extend(value.with_each(change).into_iter().map(|value| {
                        let mut pairs = pairs.clone();
                        pairs[place].1 = value;
                        Self::Map(pairs)
                    }));
                }
            }
            leaf => changed.extend(change(leaf)),
        }
        changed
    }

    fn head(&self) -> Vec<u8> {
        let (major, argument) = match self {
            Self::Integer(number) if *number < 0 => (1, (-1 - number) as u64),
            Self::Integer(number) => (0, *number as u64),
            Self::Bytes(bytes) => (2, bytes.len() as u64),
            Self::Text(text) => (3, text.len() as u64),
            Self::Array(items) => (4, items.len() as u64),
            Self::Map(pairs) => (5, pairs.len() as u64),
            Self::Simple(value) => (7, u64::from(*value)),
        };
        let all = argument.to_be_bytes();
        let (size, from) = match argument {
            0..=23 => return vec![major << 5 | argument as u8],
            24..=0xff => (24, 7),
            0x100..=0xffff => (25, 6),
            0x1_0000..=0xffff_ffff => (26, 4),
            _ => (27, 0),
        };
        [&[major << 5 | size], &all[from..]].concat()
    }

    /// The pairs of a map.
    pub fn pairs(&self) -> &[(Item, Item)] {
        match self {
            Self::Map(pairs) => pairs,
            other => panic!("no map: {other:?}"),
        }
    }

    /// The number of a variant and its content, if any.
    pub fn variant(&self) -> (i128, &[Item]) {
        match self {
            Self::Integer(number) => (*number, &[]),
            Self::Array(items) => match items.as_slice() {
                [Self::Integer(number), held @ ..] => (*number, held),
                other => panic!("no number first: {other:?}"),
            },
            other => panic!("no variant: {other:?}"),
        }
    }

    /// The item in hex, a line for each head, with a description after `#`.
    pub fn annotated(&self) -> String {
        let mut lines = Vec::new();
        self.annotate(0, "", &mut lines);
        let width = lines
            .iter()
            .map(|(hex, _)| hex.len())
            .max()
            .unwrap_or(0)
            .min(40);
        lines
            .iter()
            .map(|(hex, what)| {
                if hex.len() > width {
                    format!("{hex} # {what}\n")
                } else {
                    format!("{hex:width$} # {what}\n")
                }
            })
            .collect()
    }

    fn annotate(&self, depth: usize, lead: &str, lines: &mut Vec<(String, String)>) {
        let indent = "  ".repeat(depth);
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        let line = |bytes: &[u8], what: String| {
            (format!("{indent}{}", hex(bytes)), format!("{lead}{what}"))
        };
        let split = |content: &[u8]| format!("{indent}{} {}", hex(&self.head()), hex(content));
        match self {
            Self::Integer(number) => lines.push(line(&self.write(), number.to_string())),
            Self::Simple(value) => {
                let word = ["false", "true", "null"][usize::from(*value) - 20];
                lines.push(line(&self.write(), word.to_owned()));
            }
            Self::Bytes(bytes) => {
                lines.push((split(bytes), format!("{lead}{} bytes", bytes.len())));
            }
            Self::Text(text) => lines.push((split(text.as_bytes()), format!("{lead}{text:?}"))),
            Self::Array(items) => {
                lines.push(line(&self.head(), format!("array of {}", items.len())));
                items
                    .iter()
                    .for_each(|item| item.annotate(depth + 1, "", lines));
            }
            Self::Map(pairs) => {
                lines.push(line(&self.head(), format!("map of {}", pairs.len())));
                for (key, value) in pairs {
                    key.annotate(depth + 1, "key ", lines);
                    value.annotate(depth + 1, "", lines);
                }
            }
        }
    }
}
