//! The answer of a command that was called with its idempotency key before: the entry that it made then.
//!
//! Not here: finding out (`cli::context`), and refusing such an entry (`core::plan::reduce`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{
        entry::{codec::v1::to_canonical, event::Event, message},
        plan::reduce::Accepted,
        values::{
            id::{ActorName, EntryId, IdempotencyKey},
            json::as_shown,
            text::visible,
            time::Timestamp,
        },
    },
};

/// The data of `coord.earlier/1`.
#[derive(Serialize)]
struct Earlier {
    /// The object id of the entry that the key belongs to.
    entry: String,
    actor: ActorName,
    idempotency_key: IdempotencyKey,
    /// The subject of the entry.
    subject: String,
    #[serde(serialize_with = "as_shown")]
    at: Timestamp,
}

/// Answers with the entry that the command made before. `error` says why it cannot make another one.
///
/// # Errors
/// `error`, if the earlier entry holds events of other kinds or about other tasks than the command would append; the ledger
/// cannot be read.
pub fn answer(
    context: &mut Context,
    entry: EntryId,
    error: CommandError,
) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let past = reading.past()?;
    let found = past
        .find(entry)?
        .map(|spot| past.logged(&spot))
        .transpose()?;
    // The state names only entries that it has.
    let Some((found, accepted)) = found.as_ref().and_then(|it| Some((it, it.accepted()?))) else {
        return Err(error);
    };
    let Accepted {
        entry: earlier,
        effective,
        ..
    } = accepted;
    let Some(key) = earlier.idempotency_key.clone() else {
        return Err(error);
    };
    let subject = message::subject(earlier);
    if !is_alike(error.wished(), &earlier.events) {
        let told = format!("the earlier entry is: {}", visible(&subject));
        return Err(error.details(vec![told]));
    }
    let document = Earlier {
        entry: found.object.clone(),
        actor: earlier.actor.clone(),
        idempotency_key: key,
        at: *effective,
        subject,
    };
    let text = format!(
        "already done by entry {:.10}: {}\n",
        document.entry,
        visible(&document.subject)
    );
    context.ui.answer("coord.earlier/1", &document, text)
}

/// Whether the same kinds of events are about the same tasks. What is not known is alike.
fn is_alike(wished: &[Event], earlier: &[Event]) -> bool {
    // The family and the kind.
    let kind = |event: &Event| to_canonical(event).get(..4).map(<[u8]>::to_vec);
    let task = |event: &Event| event.changed_task().map(|task| task.id.clone());
    let both = |event: &Event| (kind(event), task(event));
    wished.is_empty() || wished.iter().map(both).eq(earlier.iter().map(both))
}
