//! Guardrails in a list of a document: `- G1: State sweep` below a line or heading with the word "guardrail".
//!
//! Not here: commands of guardrails. A document has no form that links a command to a guardrail.

use std::collections::HashSet;

use super::blocks::{Block, Content};
use crate::exchange::DraftGuardrail;

/// The guardrails in the order of the document; only the first item with an id is read. If `is_exact`, the document is
/// an export, whose guardrails may have any id.
pub(super) fn read(blocks: &[Block], is_exact: bool) -> Vec<DraftGuardrail> {
    let mut guardrails = Vec::new();
    let mut seen = HashSet::new();
    let mut in_list = false;
    for block in blocks {
        match &block.content {
            Content::Item { text, .. } if in_list => {
                guardrails.extend(
                    guardrail(block.line, text, is_exact).filter(|one| seen.insert(one.id.clone())),
                );
            }
            Content::Heading { text, .. } | Content::Prose(text) => {
                in_list =
                    text == "Guardrails" || !is_exact && text.to_lowercase().contains("guardrail")
            }
            _ => {}
        }
    }
    guardrails
}

fn guardrail(line: usize, item: &str, is_exact: bool) -> Option<DraftGuardrail> {
    let (id, title) = item.split_once(':')?;
    let number = id.trim().strip_prefix(['G', 'g']).unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (is_exact || is_number).then_some(())?;
    let id = id.trim().parse().ok()?;
    Some(DraftGuardrail::new(id, line, title.trim().to_owned()))
}
