//! Actors with fixed keys, so that the entries of a test have the same bytes in every run.
//!
//! Not here: keys that guard anything. These were made for the tests and are public.

/// An actor of the tests.
#[derive(Debug, Clone, Copy)]
pub struct Player {
    /// The name in the ledger.
    pub name: &'static str,
    /// The private key, as in an OpenSSH file.
    pub private: &'static str,
    /// The public key, as in a `.pub` file.
    pub public: &'static str,
}

/// A person, the admin.
pub const ADA: Player = Player {
    name: "ada",
    private: "\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACBr3UX7BGSSyrviPthk0NPmkU4tiaR+BCKLSPwaEO3sxQAAAIgtjrRSLY60
UgAAAAtzc2gtZWQyNTUxOQAAACBr3UX7BGSSyrviPthk0NPmkU4tiaR+BCKLSPwaEO3sxQ
AAAEB3XM66NLG17HK+nLfC8uZAqzly+aCw/tt4S6CuiAHZoGvdRfsEZJLKu+I+2GTQ0+aR
Ti2JpH4EIotI/BoQ7ezFAAAAA2FkYQEC
-----END OPENSSH PRIVATE KEY-----
",
    public: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvdRfsEZJLKu+I+2GTQ0+aRTi2JpH4EIotI/BoQ7ezF ada\n",
};

/// An agent that works.
pub const CODEX: Player = Player {
    name: "codex",
    private: "\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACAQqKxRMI5qgYrICXVyW1Wnwc0adnZ+zNDNIMcFeHf6JwAAAIhYJzLKWCcy
ygAAAAtzc2gtZWQyNTUxOQAAACAQqKxRMI5qgYrICXVyW1Wnwc0adnZ+zNDNIMcFeHf6Jw
AAAECYIF8LCuJjCU74Sl6CbA0sgLIyWGVmWYbVjSUNBDb2tRCorFEwjmqBisgJdXJbVafB
zRp2dn7M0M0gxwV4d/onAAAABWNvZGV4
-----END OPENSSH PRIVATE KEY-----
",
    public: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBCorFEwjmqBisgJdXJbVafBzRp2dn7M0M0gxwV4d/on codex\n",
};

/// An agent that reviews.
pub const CLAUDE: Player = Player {
    name: "claude",
    private: "\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACBXiUslZJ2t8jDWyx9hXeu1ABSi6CF7D2W02vhtMt3zmQAAAJAWrlmUFq5Z
lAAAAAtzc2gtZWQyNTUxOQAAACBXiUslZJ2t8jDWyx9hXeu1ABSi6CF7D2W02vhtMt3zmQ
AAAEB/U+m51ZwWEP1LB+FrLpy5oUSxkvKrqnxVYFfz+34nv1eJSyVkna3yMNbLH2Fd67UA
FKLoIXsPZbTa+G0y3fOZAAAABmNsYXVkZQECAwQFBgc=
-----END OPENSSH PRIVATE KEY-----
",
    public: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFeJSyVkna3yMNbLH2Fd67UAFKLoIXsPZbTa+G0y3fOZ claude\n",
};

/// A person whose key is ECDSA, with which `ssh-keygen` signs differently each time.
pub const DANA: Player = Player {
    name: "dana",
    private: include_str!("../keys/dana"),
    public: include_str!("../keys/dana.pub"),
};

/// A person whose key is RSA.
pub const ROB: Player = Player {
    name: "rob",
    private: include_str!("../keys/rob"),
    public: include_str!("../keys/rob.pub"),
};
