//! The sentence of every flaw, in one table.
//!
//! Not here: which commits have a flaw (`core::history::judge`).

use crate::core::history::judge::Flaw;

/// Why a commit is ignored (quarantined).
pub fn sentence(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Frame(why) => why.clone(),
        Flaw::Signature(why) => format!("its signature is bad: {why}"),
        Flaw::Payload(why) => why.to_string(),
        Flaw::UnannouncedFormat(version) => {
            format!("it has format {version}, which no upgrade has announced")
        }
        Flaw::Message => "its message is not the one that belongs to its payload".to_owned(),
        Flaw::Author { author, actor } => {
            format!("its author is '{author}', but its payload says {actor}")
        }
        Flaw::Time { commit, payload } => {
            format!("its time is {commit}, but its payload says {payload}")
        }
        Flaw::Tree => "its tree does not fit its attachments".to_owned(),
        Flaw::UnknownActor(actor) => format!("no entry before it adds its actor, {actor}"),
        Flaw::UnknownKey(actor) => {
            format!("no entry before it gives {actor} the key that signed it")
        }
        Flaw::EndedKey { actor, standing } => {
            format!("it is signed with a key of {actor} that an entry before it {standing}")
        }
        Flaw::Email(address) => {
            format!("its author's address is '{address}', not the one in the ledger")
        }
        Flaw::OtherLedger => "it belongs to another ledger".to_owned(),
        Flaw::Parents => "its parents are not those that its payload names".to_owned(),
        Flaw::SecondGenesis => "it creates a ledger that already exists".to_owned(),
        Flaw::NoGenesis => "it is not a genesis, but has no parent".to_owned(),
    }
}
