//! A home behind smart http: as much of a web server as `git http-backend` needs.
//!
//! Not here: who pushes to it (`crowds`).

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    path::Path,
    process::{Command, Stdio},
};

use super::socket::Socket;
use crate::{sync::team::Team, world::Environment};

/// Everything in the world's folder, served as `http://127.0.0.1:PORT/`.
pub fn server(team: &Team) -> Socket {
    let (folder, environment) = (team.world.work(), team.world.environment());
    Socket::serving(move |stream| answer(stream, &folder, &environment))
}

/// Where home is then.
pub fn address(socket: &Socket) -> String {
    format!("http://127.0.0.1:{}/home.git", socket.port())
}

struct Request {
    method: String,
    path: String,
    query: String,
    /// By name in small letters.
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// None if the other side has hung up.
fn request(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or("0", String::as_str);
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body,
    })
}

fn answer(mut stream: TcpStream, folder: &Path, environment: &Environment) {
    let Some(request) = request(&stream) else {
        return;
    };
    let header = |name: &str| request.headers.get(name).map_or("", String::as_str);
    let mut backend = Command::new("git");
    backend
        .arg("http-backend")
        .env_clear()
        .envs(environment.clone())
        .env("GIT_PROJECT_ROOT", folder)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", "tester")
        .env("REMOTE_ADDR", "127.0.0.1")
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", &request.path)
        .env("QUERY_STRING", &request.query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = backend.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It stops reading where it refuses.
    let _ = stdin.write_all(&request.body);
    drop(stdin);
    let said = child.wait_with_output().unwrap().stdout;
    // The client may be gone.
    let _ = stream.write_all(&as_http(&said));
    let _ = stream.shutdown(Shutdown::Both);
}

/// The answer of a CGI program, with its status in the first line.
fn as_http(said: &[u8]) -> Vec<u8> {
    let head = said.split(|byte| *byte == b'\n').next().unwrap();
    let status = head.strip_prefix(b"Status: ").unwrap_or(b"200 OK");
    [
        b"HTTP/1.1 ",
        status.trim_ascii_end(),
        b"\r\nConnection: close\r\n",
        said,
    ]
    .concat()
}
