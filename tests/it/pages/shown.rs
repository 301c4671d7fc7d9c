//! The page in a browser: nothing runs, nothing is loaded, the filter and the slider work, and everything is there without a script.
//!
//! Not here: a page that is written again while it is open (`following`).

use std::fs;

use serde_json::json;

use super::{ENDS, SCRIPT, browser::Browser, page, team};

/// What the table shows: the id, the status, the holder and the progress of each visible row.
const ROWS: &str = "[...document.querySelectorAll('#_table tbody tr')].filter(row => row.offsetParent).map(row => \
     [0, 2, 4, 6].map(at => row.cells[at].textContent).join(' '))";
/// What the board shows: each visible column with its cards.
const BOARD: &str = "[...document.querySelectorAll('.column')].filter(it => it.offsetParent).map(it => \
     it.dataset.column + ': ' + [...it.querySelectorAll('li a')].map(a => a.textContent).join(' '))";

#[test]
fn nothing_is_said_to_the_console_nothing_is_asked_for_and_hostile_texts_are_text() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    let page = page(&world);
    for theme in ["light", "dark"] {
        browser.theme(theme);
        browser.open(&page, "");
        // Everything has been laid out.
        browser.value("new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))");
        let said = browser.events(&[
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
            "Page.javascriptDialogOpening",
        ]);
        assert!(said.is_empty(), "{said:?}");
        let requests = browser.events(&["Network.requestWillBeSent"]);
        assert_eq!(requests.len(), 1, "{requests:?}");
    }
    let titles =
        browser.value("[...document.querySelectorAll('article h4 bdi')].map(it => it.textContent)");
    assert_eq!(titles, json!([SCRIPT, "Breaker", ENDS]));
    let comment = browser.value("document.querySelector('#A blockquote').textContent");
    let comment = comment.as_str().unwrap();
    assert!(
        comment.contains(SCRIPT) && comment.contains("bold"),
        "{comment}"
    );
    assert!(comment.contains("]]> </script> --> </title>"), "{comment}");
    let elements = "['img', 'iframe', 'link', 'object', 'form'].map(name => document.querySelectorAll(name).length)";
    assert_eq!(browser.value(elements), json!([0, 0, 0, 0, 0]));
    let scripts = browser.value("document.scripts.length");
    assert_eq!(scripts, 3, "the data and the two scripts of the page");
    let links = browser.value(
        "[...document.links].map(it => it.getAttribute('href')).filter(it => !it.startsWith('#'))",
    );
    assert_eq!(
        links,
        json!(["http://x.invalid/i.png", "https://example.org/7"])
    );
}

#[test]
fn a_script_that_is_not_the_pages_own_is_refused() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    browser.open(&page(&world), "");
    let planted = "const it = document.createElement('script'); it.textContent = 'window.ran = 1'; \
                   document.body.append(it); typeof window.ran";
    assert_eq!(browser.value(planted), "undefined");
    let loaded = "new Promise(done => { const it = new Image(); it.onload = () => done('loaded'); \
                  it.onerror = () => done('refused'); it.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='; })";
    assert_eq!(browser.value(loaded), "refused");
}

#[test]
fn the_filter_keeps_the_tasks_that_have_every_word() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    browser.open(&page(&world), "");
    assert_eq!(
        browser.value("document.getElementById('_found').textContent"),
        "3 tasks"
    );
    browser.value("document.getElementById('_filter').focus()");
    browser.ask("Input.insertText", json!({"text": "appr BREAK"}));
    assert_eq!(browser.value(ROWS), json!(["B approved codex 0%"]));
    assert_eq!(
        browser.value("document.getElementById('_found').textContent"),
        "1 of 3 tasks"
    );
    browser.ask("Input.insertText", json!({"text": " nothing"}));
    assert_eq!(browser.value(ROWS), json!([]));
    browser.value("document.getElementById('_filter').select()");
    browser.press("Delete", 46);
    assert_eq!(browser.value(ROWS).as_array().unwrap().len(), 3);
}

#[test]
fn the_slider_shows_each_snapshot_and_marks_what_changed() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    browser.open(&page(&world), "");
    let now = json!(["A done  100%", "B approved codex 0%", "C blocked  0%"]);
    assert_eq!(browser.value(ROWS), now);
    let board = json!(["blocked: C", "approved: B", "done: A"]);
    assert_eq!(browser.value(BOARD), board);
    let marked =
        "[...document.querySelectorAll('#_table .changed')].map(it => it.cells[0].textContent)";
    assert_eq!(browser.value(marked), json!([]));

    browser.value("document.getElementById('_at').focus()");
    browser.press("ArrowLeft", 37);
    let midday = json!([
        "A in progress codex 40%",
        "B waiting  0%",
        "C not started  0%"
    ]);
    assert_eq!(browser.value(ROWS), midday);
    assert_eq!(
        browser.value(BOARD),
        json!(["not_started: C", "waiting: B", "in_progress: A"])
    );
    assert_eq!(browser.value(marked), json!(["A"]));
    let shown = browser.value("document.getElementById('_shown').textContent");
    assert_eq!(shown, "2025-10-15/midday: 0 of 3 done, 1 in progress");
    let changes = browser.value("document.getElementById('_changes').innerText");
    assert!(
        changes
            .as_str()
            .unwrap()
            .contains("A: not_started → in_progress, claimed by codex"),
        "{changes}"
    );

    browser.value("document.getElementById('_earlier').click()");
    assert_eq!(browser.value(ROWS)[0], "A not started  0%");
    assert_eq!(
        browser.value("document.getElementById('_earlier').disabled"),
        true
    );
    browser.value("document.getElementById('_filter').focus()");
    browser.ask("Input.insertText", json!({"text": "blocked"}));
    assert_eq!(
        browser.value(ROWS),
        json!([]),
        "the filter searches what is shown"
    );
    browser.value("document.getElementById('_filter').select()");
    browser.press("Delete", 46);
    browser.value("document.getElementById('_at').focus()");
    browser.press("End", 35);
    assert_eq!((browser.value(ROWS), browser.value(BOARD)), (now, board));
    assert_eq!(browser.value(marked), json!(["A", "B", "C"]));
}

#[test]
fn an_address_with_an_id_leads_to_the_task() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    browser.open(&page(&world), "#C");
    assert_eq!(
        browser.value("document.querySelector(':target').tagName"),
        "ARTICLE"
    );
    let seen = "const box = document.getElementById('C').getBoundingClientRect(); box.bottom > 0 && box.top < innerHeight";
    assert_eq!(browser.value(seen), true);
    let broken = "[...document.querySelectorAll('a[href^=\"#\"]')].map(it => it.getAttribute('href').slice(1))\
                  .filter(it => !document.getElementById(it))";
    assert_eq!(browser.value(broken), json!([]));
}

#[test]
fn without_a_script_every_task_is_read_and_nothing_is_shown_that_needs_one() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    browser.ask(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": true}),
    );
    browser.open(&page(&world), "");
    let spoken = browser.spoken();
    let says = |role: &str, part: &str| {
        let mut of_role = spoken.iter().filter(|(it, _)| it == role);
        of_role.any(|(_, name)| name.contains(part))
    };
    for title in [SCRIPT, "Breaker", ENDS] {
        assert!(says("heading", title), "{title}: {spoken:?}");
    }
    assert!(says("StaticText", "held by codex"), "{spoken:?}");
    for (role, _) in &spoken {
        assert!(
            !["slider", "searchbox", "button"].contains(&role.as_str()),
            "{role}"
        );
    }
}

#[test]
fn a_screen_reader_finds_a_name_for_everything_and_headings_in_order() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    browser.open(&page(&world), "");
    let spoken = browser.spoken();
    for role in [
        "link",
        "button",
        "slider",
        "searchbox",
        "region",
        "image",
        "heading",
        "columnheader",
        "DisclosureTriangle",
    ] {
        let mut named = spoken.iter().filter(|(it, _)| it == role).peekable();
        assert!(named.peek().is_some(), "there is no {role}");
        assert!(
            named.all(|(_, name)| !name.trim().is_empty()),
            "{role}: {spoken:?}"
        );
    }
    let ids = "const all = [...document.querySelectorAll('[id]')].map(it => it.id); \
               all.filter((it, at) => all.indexOf(it) !== at)";
    assert_eq!(browser.value(ids), json!([]), "each anchor is there once");
    let levels = browser.value(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5')].map(it => Number(it.tagName[1]))",
    );
    let levels = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_u64().unwrap());
    let mut last = 0;
    for level in levels {
        assert!(level <= last + 1, "h{level} after h{last}");
        last = level;
    }
}

#[test]
fn at_400_percent_nothing_is_cut() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let world = team();
    // A window of 1280 pixels at 400 %.
    let metrics = json!({"width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": false});
    browser.ask("Emulation.setDeviceMetricsOverride", metrics);
    browser.open(&page(&world), "");
    let wide = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth";
    assert_eq!(browser.value(wide), 0);
    let cut = "[...document.querySelectorAll('body *')].filter(it => { const box = it.getBoundingClientRect(); \
               return box.width && box.right > innerWidth + 1 && !it.closest('.scroll, pre, .skip'); }).map(it => it.outerHTML.slice(0, 80))";
    assert_eq!(browser.value(cut), json!([]));
}

#[test]
fn axe_finds_nothing_serious_in_either_theme() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let axe = concat!(env!("CARGO_MANIFEST_DIR"), "/target/ci/axe.min.js");
    let Ok(axe) = fs::read_to_string(axe) else {
        eprintln!("\n*** SKIPPED: AXE DID NOT CHECK THE PAGE: .ci/run fetches it ***\n");
        return;
    };
    let world = team();
    let page = page(&world);
    for theme in ["light", "dark"] {
        browser.theme(theme);
        browser.open(&page, "");
        // The tool is put into the page from outside, so the policy of the page does not refuse it.
        browser.value(&format!("{axe};1"));
        let run = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations\
                   .filter(it => ['serious', 'critical'].includes(it.impact))\
                   .map(it => it.id + ': ' + it.nodes.map(node => node.html.slice(0, 200)).join(' | ')))";
        assert_eq!(browser.value(run), json!([]), "{theme}");
    }
}
