//! The table of the rules: a scene, an action, and the outcome for each role.
//!
//! Not here: the meaning of an action's words (`actions`), and the checks by the table (`rules`).

/// A scene, and the actions in it.
#[derive(Debug)]
pub struct Situation {
    pub name: String,
    /// `WHO: ACTION`, or the lapse of two hours.
    pub before: Vec<String>,
    pub rows: Vec<Row>,
}

/// An action, and its outcome for `eve` in each role.
#[derive(Debug)]
pub struct Row {
    pub action: String,
    pub told: Vec<String>,
}

/// The table. A scene begins with its name and how it came about; claims last an hour, `later` is two hours. `eve` was a
/// worker until then. The columns: admin, coordinator, worker, reviewer, observer, no role. `+` is allowed, `-` is
/// `not_permitted`, everything else is the code; one word alone holds in every role.
const TABLE: &str = "
= a task that nobody has claimed
add                       +             +             +             -             -             -
add everywhere            +             +             -             -             -             -
add for codex             +             +             -             -             -             -
edit                      +             +             -             -             -             -
edit of nothing           unknown_task
edit of T as W            unknown_task
edit owner codex          +             +             -             -             -             -
edit owner eve            +             +             -             -             -             -
edit gate eve             +             +             -             -             -             -
edit no gate              +             +             -             -             -             -
edit check                +             +             -             -             -             -
edit no check             +             +             -             -             -             -
edit no step              unknown_step  unknown_step  -             -             -             -
edit path                 +             +             -             -             -             -
edit path everywhere      +             +             -             -             -             -
edit no path              +             +             -             -             -             -
edit after W              +             +             -             -             -             -
edit parent W             +             +             -             -             -             -
edit parent T             cycle         cycle         -             -             -             -
edit link W               +             +             -             -             -             -
comment                   +             +             +             +             +             -
comment without text      unknown_attachment unknown_attachment unknown_attachment unknown_attachment unknown_attachment -
claim                     +             +             +             -             -             -
claim of nothing          unknown_task
claim steal               +             +             +             -             -             -
claim share               +             +             +             -             -             -
claim resume              +             +             +             -             -             -
renew as holder           lease_lost    lease_lost    lease_lost    -             -             -
release as holder         lease_lost
handoff as holder         lease_lost
progress without claim    +             +             +             -             -             -
progress as holder        lease_lost    lease_lost    lease_lost    -             -             -
step                      +             +             +             -             -             -
step of nothing           unknown_step  unknown_step  unknown_step  -             -             -
block                     +             +             +             +             -             -
unblock                   unknown_blocker unknown_blocker unknown_blocker unknown_blocker -     -
record a                  +             +             +             -             -             -
rewrite                   +             +             +             -             -             -
bind                      +             +             +             -             -             -
submit                    +             +             +             -             -             -
approve                   not_reviewer  not_reviewer  not_reviewer  not_submitted not_reviewer  not_reviewer
reject                    not_reviewer  not_reviewer  not_reviewer  not_submitted not_reviewer  not_reviewer
tick                      not_reviewer  not_reviewer  not_reviewer  not_submitted not_reviewer  not_reviewer
withdraw                  no_verdict
done                      gate_open     gate_open     gate_open     -             -             -
waive                     +             +             -             -             -             -
cancel                    +             +             -             -             -             -
reopen                    task_open

= what is about no task
guard add                 +             +             -             -             -             -
guard remove              +             +             -             -             -             -
guard remove nothing      unknown_guardrail unknown_guardrail -     -             -             -
result                    +             +             +             +             -             -
result of nothing         unknown_guardrail unknown_guardrail unknown_guardrail unknown_guardrail - -
target                    +             +             -             -             -             -
import                    +             +             -             -             -             -
observe                   +             +             +             +             +             -
snapshot                  +             +             +             +             +             -
policy claimed only       +             +             -             -             -             -
policy path               +             +             -             -             -             -
policy dependencies no    +             +             -             -             -             -
policy guardrails no      +             +             -             -             -             -
policy integrated         +             +             -             -             -             -
policy path of nobody     unknown_actor unknown_actor -             -             -             -
actor add                 +             -             -             -             -             -
actor add codex           actor_exists  -             -             -             -             -
actor add with codex's key key_taken    -             -             -             -             -
actor edit                +             -             -             -             -             -
actor edit of nobody      unknown_actor -             -             -             -             -
actor edit oneself        +             -             -             -             -             -
leave                     last_admin    -             -             -             -             -
key add                   +             -             -             -             -             -
key retire                +             -             -             -             -             -
key revoke                +             -             -             -             -             -
key revoke of a stranger  key_unknown   -             -             -             -             -
recovery set              +             -             -             -             -             -
recovery codex's key      key_taken     -             -             -             -             -
mixed                     misplaced
ledger configure          +             -             -             -             -             -
ledger acknowledge        +             -             -             -             -             -
ledger upgrade            +             -             -             -             -             -
ledger repair             misplaced

= a recovery key is set: ada: recovery set
recovery unset            recovery_only
recovery codex's key      recovery_only

= a task that she owns: ada: edit owner eve
edit                      +             +             +             -             -             -
edit owner codex          +             +             -             -             -             -
edit gate eve             +             +             +             -             -             -
edit no gate              +             +             -             -             -             -
cancel                    +             +             +             -             -             -
submit                    +             +             +             -             -             -

= a task that another waits for: ada: add after T
edit after U              cycle         cycle         -             -             -             -

= a blocked task: ada: block
unblock                   +             +             +             +             -             -

= she holds it: eve: claim
claim                     already_yours already_yours already_yours -             -             -
claim steal               already_yours already_yours already_yours -             -             -
claim share               already_yours already_yours already_yours -             -             -
claim resume              +             +             +             -             -             -
renew                     +             +             +             -             -             -
release                   +
handoff                   +             +             +             -             -             -
handoff to claude         -
handoff to nobody         unknown_actor unknown_actor unknown_actor -             -             -
handoff to eve            already_yours already_yours already_yours -             -             -
progress                  +             +             +             -             -             -
progress without claim    lease_lost    lease_lost    lease_lost    -             -             -
step                      +             +             +             -             -             -
record a                  +             +             +             -             -             -
rewrite                   +             +             +             -             -             -
submit                    +             +             +             -             -             -
edit                      +             +             +             -             -             -
edit owner codex          +             +             -             -             -             -
edit owner eve            +             +             +             -             -             -
edit gate eve             +             +             +             -             -             -
edit no gate              +             +             -             -             -             -
edit no check             +             +             -             -             -             -
edit path                 +             +             +             -             -             -
edit path everywhere      +             +             -             -             -             -
edit no path              +             +             +             -             -             -
approve                   own_work
tick                      own_work
done                      gate_open     gate_open     gate_open     -             -             -
waive                     +             +             -             -             -             -
cancel                    +             +             -             -             -             -

= another holds it: codex: claim
claim                     claim_held    claim_held    claim_held    -             -             -
claim steal               +             +             -             -             -             -
claim share               claim_held    claim_held    claim_held    -             -             -
claim resume              claim_held    claim_held    claim_held    -             -             -
renew as holder           lease_lost    lease_lost    lease_lost    -             -             -
release as holder         +             +             -             -             -             -
handoff as holder         +             +             -             -             -             -
progress without claim    +             +             claim_held    -             -             -
progress as holder        lease_lost    lease_lost    lease_lost    -             -             -
step                      +             +             claim_held    -             -             -
block                     +             +             +             +             -             -
record a                  +             +             claim_held    -             -             -
rewrite                   +             +             claim_held    -             -             -
submit                    +             +             claim_held    -             -             -
edit                      +             +             -             -             -             -
done                      gate_open     gate_open     claim_held    -             -             -
waive                     +             +             claim_held    -             -             -
cancel                    +             +             -             -             -             -

= another holds it, and workers may take it: ada: policy steal worker, codex: claim
claim steal               +             -             +             -             -             -

= she holds it, and workers may add broad paths: ada: policy broad worker, eve: claim
add everywhere            +             -             +             -             -             -
edit path everywhere      +             -             +             -             -             -

= her claim has run out: eve: claim, later
claim                     +             +             +             -             -             -
claim steal               +             +             +             -             -             -
claim resume              +             +             +             -             -             -
renew                     +             +             +             -             -             -
release                   +
progress                  +             +             +             -             -             -
progress without claim    +             +             lease_lost    -             -             -
submit                    +             +             +             -             -             -
waive                     +             +             -             -             -             -

= another's claim has run out: codex: claim, later
claim                     +             +             +             -             -             -
claim steal               +             +             +             -             -             -
claim resume              +             +             +             -             -             -
release as holder         +             +             -             -             -             -
progress without claim    +             +             +             -             -             -
progress as holder        lease_lost    lease_lost    lease_lost    -             -             -
submit                    +             +             +             -             -             -

= another took it over from her: eve: claim, later, codex: claim
claim                     claim_held    claim_held    claim_held    -             -             -
renew                     lease_lost    lease_lost    lease_lost    -             -             -
release                   lease_lost
progress without claim    lease_lost    lease_lost    lease_lost    -             -             -
progress                  lease_lost    lease_lost    lease_lost    -             -             -
step                      lease_lost    lease_lost    lease_lost    -             -             -
record a                  lease_lost    lease_lost    lease_lost    -             -             -
submit                    lease_lost    lease_lost    lease_lost    -             -             -
done                      lease_lost    lease_lost    lease_lost    -             -             -
waive                     lease_lost    lease_lost    lease_lost    -             -             -

= another took a file from her: eve: claim, later, codex: claim V
claim                     paths_held    paths_held    paths_held    -             -             -
claim share               +             +             +             -             -             -
renew                     lease_lost    lease_lost    lease_lost    -             -             -
progress without claim    lease_lost    lease_lost    lease_lost    -             -             -
progress                  lease_lost    lease_lost    lease_lost    -             -             -
submit                    lease_lost    lease_lost    lease_lost    -             -             -
waive                     lease_lost    lease_lost    lease_lost    -             -             -

= another took it over from her, and let go of it: eve: claim, later, codex: claim, codex: release
claim                     +             +             +             -             -             -
progress without claim    lease_lost    lease_lost    lease_lost    -             -             -
submit                    lease_lost    lease_lost    lease_lost    -             -             -
done                      lease_lost    lease_lost    lease_lost    -             -             -

= a coordinator took hers away: eve: claim, ada: release as holder
claim                     +             +             +             -             -             -
progress without claim    lease_lost    lease_lost    lease_lost    -             -             -
rewrite                   +             +             +             -             -             -

= she knows that it was taken away: eve: claim, ada: release as holder, eve: claim, eve: release
progress without claim    +             +             +             -             -             -

= it was taken from her, ended and was opened again: eve: claim, ada: release as holder, ada: cancel, ada: reopen
progress without claim    +             +             +             -             -             -

= another handed it on to her: codex: claim, codex: handoff to eve
claim                     already_yours already_yours already_yours -             -             -
renew                     +             +             +             -             -             -
progress                  +             +             +             -             -             -
handoff                   +             +             +             -             -             -
release                   +
tick                      own_work

= she has handed it on: eve: claim, eve: handoff
claim                     claim_held    claim_held    claim_held    -             -             -
progress without claim    +             +             claim_held    -             -             -
handoff as holder         +             +             -             -             -             -
tick                      own_work

= she holds it and another task with one of its files: eve: claim V, eve: claim
handoff                   paths_held    paths_held    paths_held    -             -             -

= she holds it, and nobody has the key of the other any more: ada: key retire, eve: claim
handoff                   inactive_actor inactive_actor inactive_actor -           -             -

= another holds a file of it: codex: claim V
claim                     paths_held    paths_held    paths_held    -             -             -
claim steal               paths_held    paths_held    paths_held    -             -             -
claim resume              paths_held    paths_held    paths_held    -             -             -
claim share               +             +             +             -             -             -

= another held a file of it: codex: claim V, later
claim                     +             +             +             -             -             -

= she holds a file of it in this worktree: eve: claim V
claim                     +             +             +             -             -             -

= she holds a file of it in another worktree: eve: claim V elsewhere
claim                     paths_held    paths_held    paths_held    -             -             -
claim share               +             +             +             -             -             -

= she holds it beside who holds other files: codex: claim W, eve: claim
edit path                 +             +             +             -             -             -
edit path of W            paths_held    paths_held    paths_held    -             -             -

= another's work is submitted: codex: claim, codex: submit
approve                   not_reviewer  not_reviewer  not_reviewer  +             not_reviewer  not_reviewer
reject                    not_reviewer  not_reviewer  not_reviewer  +             not_reviewer  not_reviewer
tick                      not_reviewer  not_reviewer  not_reviewer  +             not_reviewer  not_reviewer
withdraw                  no_verdict
claim                     claim_held    claim_held    claim_held    -             -             -
submit                    +             +             claim_held    -             -             -
done                      gate_open     gate_open     claim_held    -             -             -

= another's work is submitted, and she is to review it: ada: edit gate eve, codex: claim, codex: submit
approve                   +
approve at a              +
approve at b              other_commit
reject                    +
reject at b               other_commit
reject without note       unknown_attachment
tick                      +
tick of nothing           unknown_check
withdraw                  no_verdict

= another's work is submitted, and a worker is to review it: ada: edit gate worker, codex: claim, codex: submit
approve                   not_reviewer  not_reviewer  +             +             not_reviewer  not_reviewer

= her work is submitted, and she is named as its reviewer: ada: edit gate eve, eve: claim, eve: submit, eve: release
approve                   own_work
reject                    own_work
tick                      own_work

= she has approved: ada: edit gate eve, codex: claim, codex: submit, eve: approve
withdraw                  +
reject                    +
approve                   +

= she has approved and then takes the work over: ada: edit no gate, ada: edit gate eve, ada: edit no check, codex: claim, codex: submit, eve: approve, later, eve: claim
done                      gate_open     gate_open     gate_open     -             -             -

= her work is approved: eve: claim, eve: submit, claude: approve, claude: tick
done                      +             +             +             -             -             -
done at a                 +             +             +             -             -             -
done at b                 gate_open     gate_open     gate_open     -             -             -
waive                     +             +             -             -             -             -

= her work is approved, and an item not ticked: eve: claim, eve: submit, claude: approve
done                      gate_open     gate_open     gate_open     -             -             -

= her work is approved, and policy asks for two: ada: policy approvals, eve: claim, eve: submit, claude: approve, claude: tick
done                      gate_open     gate_open     gate_open     -             -             -

= her work is approved, and a commit came after it: eve: claim, eve: submit, claude: approve, claude: tick, eve: record b
done                      gate_open     gate_open     gate_open     -             -             -
done at a                 +             +             +             -             -             -
done at b                 gate_open     gate_open     gate_open     -             -             -

= her work is rejected: eve: claim, eve: submit, claude: tick, claude: reject
done                      gate_open     gate_open     gate_open     -             -             -
submit                    +             +             +             -             -             -

= nobody has to review her work: ada: edit no gate, ada: edit no check, eve: claim
done                      +             +             +             -             -             -
done at a                 +             +             +             -             -             -

= nobody has to review her work, and it waits for another task: ada: edit no gate, ada: edit no check, ada: edit after W, eve: claim
done                      waits         waits         waits         -             -             -
done at a                 waits         waits         waits         -             -             -
waive                     +             +             -             -             -             -
submit                    +             +             +             -             -             -

= her work is not reviewed and waits for another task: ada: edit after W, eve: claim
done                      gate_open     gate_open     gate_open     -             -             -

= it waits for another task, and policy does not mind: ada: policy dependencies no, ada: edit no gate, ada: edit no check, ada: edit after W, eve: claim
done                      +             +             +             -             -             -

= nobody has to review her work, but a guardrail has to pass: ada: edit no gate, ada: edit no check, ada: guard required, eve: claim
done                      guardrail_open guardrail_open guardrail_open -          -             -
done at a                 guardrail_open guardrail_open guardrail_open -          -             -
waive                     +             +             -             -             -             -

= her work waits for another task, and a guardrail has to pass: ada: edit no gate, ada: edit no check, ada: edit after W, ada: guard required, eve: claim
done                      waits         waits         waits         -             -             -

= a guardrail has passed at a: ada: edit no gate, ada: edit no check, ada: guard required, ada: result at a, eve: claim
done                      guardrail_open guardrail_open guardrail_open -          -             -
done at a                 +             +             +             -             -             -
done at b                 guardrail_open guardrail_open guardrail_open -          -             -

= a guardrail has to pass, and policy does not mind: ada: policy guardrails no, ada: edit no gate, ada: edit no check, ada: guard required, eve: claim
done                      +             +             +             -             -             -
= nobody has to review her work, and policy wants it integrated: ada: policy integrated, ada: edit no gate, ada: edit no check, eve: claim
done                      +             +             +             -             -             -
done at a                 not_integrated not_integrated not_integrated -            -             -
done at a in main         +             +             +             -             -             -
waive                     +             +             -             -             -             -

= her work is recorded, and policy wants it integrated: ada: policy integrated, ada: edit no gate, ada: edit no check, eve: claim, eve: record b
done                      not_integrated not_integrated not_integrated -            -             -
done at a in main         +             +             +             -             -             -
waive                     +             +             -             -             -             -

= policy asks for a review of her files: ada: edit no gate, ada: edit no check, ada: policy path, eve: claim
done                      gate_open     gate_open     gate_open     -             -             -
edit no path              +             +             -             -             -             -

= another has done it: ada: edit no gate, ada: edit no check, codex: claim, codex: done
claim                     task_ended
progress without claim    task_ended
step                      task_ended
block                     task_ended
submit                    task_ended
approve                   task_ended
done                      task_ended
waive                     task_ended
cancel                    task_ended
record a                  +             +             +             -             -             -
edit                      +             +             -             -             -             -
comment                   +             +             +             +             +             -
reopen                    +             +             -             -             -             -
reopen mistaken           +             +             -             -             -             -

= she has done it: ada: edit no gate, ada: edit no check, eve: claim, eve: done
reopen                    +
reopen mistaken           +

= it has as many labels as there may be: ada: edit thousand labels
edit label                too_many      too_many      -             -             -             -
edit                      +             +             -             -             -             -

= it is cancelled: ada: cancel
claim                     task_ended
cancel                    task_ended
reopen                    +             +             -             -             -             -

= policy wants every work claimed: ada: policy claimed only
progress without claim    +             +             not_claimed   -             -             -
submit                    +             +             not_claimed   -             -             -
rewrite                   +             +             not_claimed   -             -             -
claim                     +             +             +             -             -             -

= policy leaves tasks to their owners: ada: policy owners only, ada: edit owner codex
claim                     not_owner     not_owner     not_owner     -             -             -
progress without claim    +             +             not_owner     -             -             -
done                      gate_open     gate_open     not_owner     -             -             -
edit not codex's          +             +             -             -             -             -
";

/// The scenes of the table.
pub fn scenes() -> Vec<Situation> {
    let mut scenes: Vec<Situation> = Vec::new();
    for line in TABLE.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("= ") {
            Some(scene) => {
                let (name, before) = scene.split_once(": ").unwrap_or((scene, ""));
                let before = before.split(", ").filter(|action| !action.is_empty());
                scenes.push(Situation {
                    name: name.to_owned(),
                    before: before.map(str::to_owned).collect(),
                    rows: Vec::new(),
                });
            }
            None => scenes.last_mut().unwrap().rows.push(row(line)),
        }
    }
    scenes
}

/// The first 26 characters of a line are the action.
fn row(line: &str) -> Row {
    let (action, told) = line.split_at(26);
    let told: Vec<String> = told.split_whitespace().map(str::to_owned).collect();
    let told = match told.as_slice() {
        [one] => vec![one.clone(); 6],
        _ => told,
    };
    assert_eq!(told.len(), 6, "{line}");
    Row {
        action: action.trim().to_owned(),
        told,
    }
}
