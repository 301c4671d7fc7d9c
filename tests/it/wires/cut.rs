//! A home that is gone in the middle: a wire that breaks after a random number of bytes.
//!
//! Not here: syncs that are killed (`killed`).

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use super::{daemon, killed, socket::Socket};
use crate::{
    durability::{Dice, count},
    sync::team::Team,
};

/// How many bytes pass, in both directions together, before every connection is cut.
type Left = Arc<AtomicI64>;

/// A port that passes everything on to another one, while bytes are left.
fn brittle(port: u16, left: &Left) -> Socket {
    let left = Arc::clone(left);
    Socket::serving(move |near| {
        let far = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let (from, to) = (far.try_clone().unwrap(), near.try_clone().unwrap());
        let shared = Arc::clone(&left);
        let back = thread::spawn(move || pass(from, to, &shared));
        pass(near, far, &left);
        let _ = back.join();
    })
}

fn pass(mut from: TcpStream, mut to: TcpStream, left: &AtomicI64) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let before = left.fetch_sub(count as i64, Ordering::Relaxed).max(0);
        let whole = before.min(count as i64) as usize;
        if to.write_all(&buffer[..whole]).is_err() || whole < count {
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
            return;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

#[test]
fn a_wire_that_breaks_anywhere_loses_nothing_and_the_next_sync_completes() {
    const UNCUT: i64 = 1 << 40;
    let team = Team::new();
    let daemon = daemon::daemon(&team);
    let left = Left::new(AtomicI64::new(UNCUT));
    let wire = brittle(daemon.port(), &left);
    team.git_in(
        "ada",
        &["config", "remote.origin.url", &daemon::address(&wire)],
    );
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let (mut whole, mut cuts) = (0, 0);
    for round in 0..count(12, 300) {
        let entry = killed::news_on_both_sides(&team, round);
        // The first round is measured.
        if round > 0 {
            left.store(dice.roll(whole) as i64, Ordering::Relaxed);
            let output = team.says("ada", "sync --json");
            match output.code {
                0 => assert!(killed::is_at_home(&team, &entry)),
                _ => output.failed("remote_failed", 128),
            }
            cuts += u32::from(output.code != 0);
            killed::is_sound(&team);
        }
        left.store(UNCUT, Ordering::Relaxed);
        team.done("ada", "sync");
        if round == 0 {
            whole = (UNCUT - left.load(Ordering::Relaxed)) as u64;
        }
        assert!(killed::is_at_home(&team, &entry), "round {round}");
    }
    println!("{cuts} syncs were cut, a whole one is {whole} bytes");
    assert!(cuts > 0);
    team.converge(&["ada", "codex"]);
}
