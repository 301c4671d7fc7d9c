//! A port of 127.0.0.1 on which each connection is served by a function, until the test is over.
//!
//! Not here: the protocol on it.

use std::{
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    os::fd::OwnedFd,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// An open port; it is closed with the value.
pub struct Socket {
    port: u16,
    closed: Arc<AtomicBool>,
}

impl Socket {
    /// Serves each connection in a thread of its own.
    pub fn serving(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let closed = Arc::new(AtomicBool::new(false));
        let (serve, is_closed) = (Arc::new(serve), Arc::clone(&closed));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if is_closed.load(Ordering::Relaxed) {
                    break;
                }
                let serve = Arc::clone(&serve);
                thread::spawn(move || serve(stream));
            }
        });
        Self { port, closed }
    }

    /// Gives each connection to a program of its own, as inetd does.
    pub fn running(program: impl Fn() -> Command + Send + Sync + 'static) -> Self {
        Self::serving(move |stream| {
            let shared = stream.try_clone().unwrap();
            let mut command = program();
            command
                .stdin(Stdio::from(OwnedFd::from(shared)))
                .stdout(Stdio::from(OwnedFd::from(stream.try_clone().unwrap())))
                .stderr(Stdio::null());
            let mut child = command.spawn().unwrap();
            // The command's copy of the connection would keep it open.
            drop(command);
            let _ = child.wait();
            let _ = stream.shutdown(Shutdown::Both);
        })
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}
