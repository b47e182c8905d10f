package config

// Config is the whole configuration of one node. Every field may be left out
// of the file unless its comment says otherwise; what is left out has the
// default that the comment names.
type Config struct {
	// The folder of the node's data and keys. It must exist: a node that made
	// its own would start empty after a typing mistake. A relative path is
	// taken from the configuration file's folder.
	// Default: /var/lib/pedigree.
	Home string `yaml:"home"`

	// The network's name, as its founding file gives it. Required: a node
	// never guesses which network it writes to. 1 to 50 letters, digits, dots,
	// hyphens and underscores.
	ChainID string `yaml:"chain_id"`

	// How the validators reach each other, which sets the consensus time-outs:
	// single (one validator, for trials: it proves only its operator's word),
	// lan (one site or metropolitan network) or wan (anything wider).
	// Default: single.
	Profile Profile `yaml:"profile"`

	// The connections to the other members' nodes.
	P2P P2P `yaml:"p2p"`

	// How a node whose keys are protected gets their passphrase at its start.
	Keys Keys `yaml:"keys"`

	// The consensus key on another host: how a node reaches it, or, on that host,
	// for which node it signs. docs/operate/signer.md sets both up.
	Signer Signer `yaml:"signer"`

	// Where the private store is.
	Vault Vault `yaml:"vault"`

	// The HTTP interface and the console.
	API API `yaml:"api"`

	// Whether everybody may read pages about the products under the organisation's own
	// company prefix, below /01/, where the codes on their packages lead (GS1 Digital
	// Link): what the product is and which lots are recalled. A serial number changes
	// nothing. docs/guide/public-pages.md has more.
	// Default: false.
	PublicPages bool `yaml:"public_pages"`

	// Who may use the HTTP interface, beside the owner with the access token.
	Access Access `yaml:"access"`
	// Deliveries between this node and its partners' nodes.
	Exchange Exchange `yaml:"exchange"`

	// Files from partners who run another program, or none.
	Ways Ways `yaml:"ways"`

	// The witnesses that cosign this node's checkpoints.
	Witnesses Witnesses `yaml:"witnesses"`

	// The figures for monitoring.
	Metrics Metrics `yaml:"metrics"`

	// The traces for monitoring.
	Traces Traces `yaml:"traces"`

	// The database of the ledger.
	Store Store `yaml:"store"`

	// How long blocks are kept.
	Pruning Pruning `yaml:"pruning"`

	// The search for changed and damaged rows beside the node's work.
	Scrub Scrub `yaml:"scrub"`

	// When answers about goods say that what they stand on is too old.
	Verdict Verdict `yaml:"verdict"`

	// What becomes of goods that partners returned: hold (they stay on hold until a
	// person releases them) or verify (what the ledger proves or its maker confirms is
	// released by itself, and the makers of the rest are asked).
	// Default: hold.
	Returns string `yaml:"returns"`

	// What becomes of goods on offer that nobody received by the deadline: ask (a
	// person takes them back) or auto (the node does).
	// Default: ask.
	Reclaim string `yaml:"reclaim"`

	// The height of an upgrade that all members agreed, outside the ledger, not to
	// make after all, because its program turned out bad; 0 for none. It stays here
	// until the next version is in force.
	// Default: 0.
	SkipUpgrade int64 `yaml:"skip_upgrade"`

	// The copies of the ledger's state for nodes that join the network.
	Snapshots Snapshots `yaml:"snapshots"`

	// What the node writes to standard error.
	Log Log `yaml:"log"`

	// How much work this node takes on at once. What all members must agree
	// on, such as the size of an entry, is in the founding file instead.
	Limits Limits `yaml:"limits"`
}

// Profile names how far apart the validators are.
type Profile string

// The profiles that a network can have.
const (
	ProfileSingle Profile = "single"
	ProfileLAN    Profile = "lan"
	ProfileWAN    Profile = "wan"
)

// P2P configures the connections between nodes.
type P2P struct {
	// The address on which the other members' nodes reach this one, as
	// host:port; empty to take no connections. Profile single opens none.
	// Default: 127.0.0.1:26656, which no other machine can reach.
	Listen string `yaml:"listen"`

	// The nodes to connect to from the first start on: at most 64, each as
	// {org: its member, id: its node id, addr: host:port}. Those that members
	// published on the ledger are connected with too, and need no place here; of a
	// member that has published any, only those are accepted. Profile single has none.
	// Default: none.
	Peers []Peer `yaml:"peers"`
}

// Peer is the node of another member.
type Peer struct {
	// The member whose node it is, as the ledger names it.
	Org string `yaml:"org"`

	// The node's id: 40 hexadecimal digits, the hash of its connection key.
	// `pedigree node id` prints a node's own.
	ID string `yaml:"id"`

	// Where it listens, as host:port.
	Addr string `yaml:"addr"`
}

// Keys configures how protected keys are unlocked. A home whose keys are plain
// needs none of it.
type Keys struct {
	// Where the passphrase comes from: prompt (typed on the terminal), file, or
	// credential (systemd's LoadCredentialEncrypted=pedigree-passphrase:FILE).
	// Default: prompt.
	Unlock Unlock `yaml:"unlock"`

	// The file with the passphrase, which only its owner may read; on another
	// disk than the keys, or it protects nothing. A relative path is taken
	// from the configuration file's folder. Required with file, else empty.
	// Default: empty.
	File string `yaml:"file"`
}

// Unlock names where the passphrase of protected keys comes from.
type Unlock string

// The places that a passphrase can come from.
const (
	UnlockPrompt     Unlock = "prompt"
	UnlockFile       Unlock = "file"
	UnlockCredential Unlock = "credential"
)

// Signer configures one end of the connection between a node and the host that
// holds its consensus key. A node that signs for itself needs none of it.
type Signer struct {
	// On the node: where the signer listens, as host:port; empty to sign here.
	// Default: empty.
	Addr string `yaml:"addr"`

	// On the node: the consensus key that signs there, 66 hexadecimal digits.
	// Required with addr, else empty.
	// Default: empty.
	Consensus string `yaml:"consensus"`

	// On the signer: the address to listen on, as host:port, which only the node
	// should be able to reach. Not together with addr.
	// Default: empty.
	Listen string `yaml:"listen"`

	// The other end's channel key, 64 hexadecimal digits, and the only one that is
	// listened to. `pedigree signer node-key` and `pedigree signer init` print
	// them. Required with addr or listen, else empty.
	// Default: empty.
	Key string `yaml:"key"`
}

// Vault says where the private store is.
type Vault struct {
	// A PostgreSQL database, version 15 or later, as postgres://USER@HOST:PORT/DATABASE,
	// without a password; empty for a SQLite file in the home's data/vault.
	// A server on another machine needs sslmode=verify-full after a question
	// mark. `pedigree vault move` takes a store from one to the other.
	// Default: empty.
	URL string `yaml:"url"`

	// The file with the password alone, which only its owner may read. A relative
	// path is taken from the configuration file's folder. It may be empty where
	// the server knows the system's user or a certificate.
	// Default: empty.
	PasswordFile string `yaml:"password_file"`
}

// API configures the HTTP interface.
type API struct {
	// The address to serve on, as host:port. Anything but a loopback address
	// needs tls below, or a proxy in front that ends TLS.
	// Default: 127.0.0.1:8480.
	Listen string `yaml:"listen"`

	// The host names, at most 16, under which it answers beside those of the
	// loopback: the proxy's, say. Requests under any other name are refused,
	// which keeps pages of other sites out.
	// Default: none.
	Hosts []string `yaml:"hosts"`

	// Where browsers reach the node, as https://host or https://host:port: its own
	// address with TLS, or the proxy's. Passkeys are bound to its host, which must
	// not change. Empty: http://localhost and the port of listen, for trials.
	// Default: empty.
	Origin string `yaml:"origin"`

	// TLS by the node itself, version 1.3 only.
	TLS TLS `yaml:"tls"`
}

// TLS configures the HTTP interface's own TLS. A relative path is taken from the
// configuration file's folder.
type TLS struct {
	// The file with the certificate and those between it and its authority, as PEM.
	// Required with key, else empty: no TLS.
	// Default: empty.
	Cert string `yaml:"cert"`

	// The file with its private key, as PEM, which only its owner may read.
	// Default: empty.
	Key string `yaml:"key"`

	// The file with the authorities whose client certificates are accepted, as PEM.
	// Needs cert and key. Empty: no client certificates.
	// Default: empty.
	ClientCA string `yaml:"client_ca"`
}

// Access configures who may use the HTTP interface. People, roles and API keys are
// no part of it: `pedigree people` and `pedigree apikeys` keep them.
type Access struct {
	// Whether acts that need two persons wait for a second one even while nobody
	// but the owner could be it. With false, the owner of a node acts alone until a
	// person has the permission too.
	// Default: false.
	TwoPerson bool `yaml:"two_person"`

	// The machines that are known by their client certificate: at most 256, each as
	// {name: what it is, roles: [its roles], spki: SHA-256 of its public key as 64
	// hexadecimal digits} or with uri: a subject alternative name, in spki's place.
	// Default: none.
	Certificates []Certificate `yaml:"certificates"`

	// The identity provider (OpenID Connect) at which people sign in.
	OIDC OIDC `yaml:"oidc"`
}

// Certificate is a machine that is known by its client certificate.
type Certificate struct {
	// What the machine is, as the audit trail shows it.
	Name string `yaml:"name"`

	// What it may do; no role with power.
	Roles []string `yaml:"roles"`

	// The SHA-256 of its public key (SubjectPublicKeyInfo as DER).
	SPKI string `yaml:"spki"`

	// A subject alternative name of type URI.
	URI string `yaml:"uri"`
}

// OIDC configures the identity provider.
type OIDC struct {
	// The provider's issuer, exactly as its discovery document names it, with
	// https://. Empty: people don't sign in at a provider.
	// Default: empty.
	Issuer string `yaml:"issuer"`

	// What the page of signing in calls the provider.
	// Default: your organisation.
	Name string `yaml:"name"`

	// This node's client id there. Its redirect address is api.origin followed by
	// /login/oidc/callback.
	// Default: empty.
	ClientID string `yaml:"client_id"`

	// The file with the client's secret, which only its owner may read; empty for a
	// client without one (PKCE is used in any case). A relative path is taken from
	// the configuration file's folder.
	// Default: empty.
	SecretFile string `yaml:"secret_file"`

	// The claim of the ID token that lists a person's groups.
	// Default: groups.
	GroupsClaim string `yaml:"groups_claim"`

	// Which groups have which roles, at most 256, each as {group: its name there,
	// role: the role here}. A person in none of them may do nothing.
	// Default: none.
	Groups []Group `yaml:"groups"`
}

// Group gives a role to a group of the identity provider.
type Group struct {
	// The group, exactly as the claim has it.
	Group string `yaml:"group"`

	// The role.
	Role string `yaml:"role"`
}

// Exchange configures deliveries between partners' nodes.
type Exchange struct {
	// The address on which partners' nodes bring deliveries, as host:port; empty
	// to take none. Partners must reach it; only members get past the handshake.
	// Default: empty.
	Listen string `yaml:"listen"`

	// The address that `pedigree exchange publish` puts on the ledger, as
	// host:port: the listener's as partners see it. Empty takes listen.
	// Default: empty.
	Advertise string `yaml:"advertise"`

	// Whether deliveries, and connections with nodes that are known by the ledger
	// alone, may go to private addresses: true only where members meet inside a
	// private network, for a member chooses its own address.
	// Default: false.
	PrivateNetworks bool `yaml:"private_networks"`

	// Whether they may go to this machine itself: for trials only.
	// Default: false.
	Loopback bool `yaml:"loopback"`

	// Room for deliveries that have half arrived, in MiB, 512 to 1048576.
	// Default: 4096.
	SpoolMB int `yaml:"spool_mb"`
}

// Ways configures how transaction data of partners without a node comes in and goes
// out. docs/operate/ways.md shows each way.
type Ways struct {
	// Where files come in, at most 64, each as {name: its name, folder: the whole path
	// of a watched folder, partner: organisation or GLN that its files are from,
	// every_seconds: 1 to 86400, after: move or delete, org: a hosted organisation}; in
	// place of folder {sftp: host:port, path:, credential:, after: leave, rename or
	// delete}, or {deposit: true}.
	// Default: none.
	Inlets []Inlet `yaml:"inlets"`

	// How this node shows partners' servers who it is, at most 64, each as {name: its
	// name, host: the only host:port that it is shown to, user:, key_file: or
	// password_file:, host_key: SHA256:... of the server's key, org:}; for HTTPS {name:,
	// host:, token_file:, or cert_file: and key_file: for a server that asks for a
	// certificate, ca_file:, method: post or put}. A relative path is taken from the
	// configuration file's folder; its owner alone may read the file.
	// Default: none.
	Credentials []Credential `yaml:"credentials"`

	// The folders of this machine into which documents for partners may go, at most 64,
	// each as {name:, folder: its whole path, org:}. Routes of the address book lead to
	// no other.
	// Default: none.
	Outlets []Outlet `yaml:"outlets"`
}

// Witnesses configures who is asked to cosign checkpoints of the log of events.
// docs/operate/witness.md says what for. Nothing waits for a witness.
type Witnesses struct {
	// Seconds between two rounds of asking, 1 to 86400.
	// Default: 15.
	EverySeconds int `yaml:"every_seconds"`

	// The witnesses, at most 16, each as {key: what pedigree witness init printed
	// there, url: where pedigree witness serve answers}.
	// Default: none.
	Ask []Witness `yaml:"ask"`
}

// Witness is one that is asked.
type Witness struct {
	// Its key, as NAME+ID+KEY.
	Key string `yaml:"key"`

	// Where it answers: https://host or http://host:port, without a path. What is
	// sent and answered proves itself and is no secret.
	URL string `yaml:"url"`
}

// Metrics configures the figures for monitoring. GET /metrics of the HTTP
// interface gives them to who has the access token.
type Metrics struct {
	// A further address, as host:port, on which GET /metrics answers without the
	// token, and nothing else does; empty for none. The figures name nobody, but
	// they tell how much is done: let only the monitoring system reach it.
	// Default: empty.
	Listen string `yaml:"listen"`
}

// Traces configures where spans of requests, submits, blocks and deliveries go.
// They hold routes, heights, counts, sizes and times, and nothing else.
type Traces struct {
	// An OpenTelemetry collector that takes OTLP over HTTP, such as
	// http://127.0.0.1:4318; empty takes it from OTEL_EXPORTER_OTLP_ENDPOINT, and
	// without that nothing is sent.
	// Default: empty.
	Endpoint string `yaml:"endpoint"`
}

// Store configures the database.
type Store struct {
	// Memory for blocks read from disk, in MiB, 8 to 65536. A quarter of the
	// machine's memory is a good value for a busy node.
	// Default: 256.
	CacheMB int `yaml:"cache_mb"`

	// Memory for writes not yet sorted to disk, in MiB, 4 to 1024.
	// Default: 64.
	MemtableMB int `yaml:"memtable_mb"`
}

// Pruning configures how long the ledger's blocks are kept. Receipts of older
// entries can then be had only from a node that keeps all blocks; the state, and
// proofs of it, are not touched. Documents of the private store are never pruned.
type Pruning struct {
	// Days for which blocks are kept, by block time: 0 to 36525, where 0 keeps all
	// and less than 2192, six years and a day, is for profile single alone. At least
	// one member of a network should keep all.
	// Default: 2192.
	KeepDays int `yaml:"keep_days"`

	// The member whose node keeps all blocks, for those who ask this node in vain.
	// Default: empty.
	Archive string `yaml:"archive"`
}

// Scrub configures how a running node reads all that it stores, round after round,
// to find what was changed or damaged on its disk.
type Scrub struct {
	// How much of one processor's time it takes, in percent, 1 to 100. A round of a
	// million keys and their events is some ten seconds of work: minutes at 5 percent.
	// Default: 5.
	Percent int `yaml:"percent"`

	// Seconds between two rounds, 1 to 86400.
	// Default: 20.
	PauseSeconds int `yaml:"pause_seconds"`
}

// Verdict configures how old the ground of an answer about goods may be. Past that an
// OK becomes a CAN'T TELL; a STOP stays one.
type Verdict struct {
	// Hours, 1 to 720, since the newest block here: a recall, hold or report that the
	// ledger got since then could be missing.
	// Default: 24.
	LedgerAgeHours int `yaml:"ledger_age_hours"`

	// Days, 1 to 90, since the newest list of recall notices that is loaded; only
	// goods from outside the network need one.
	// Default: 7.
	NoticeAgeDays int `yaml:"notice_age_days"`
}

// Snapshots configures the copies of the state from which other nodes join,
// instead of executing every block since the founding.
type Snapshots struct {
	// Blocks between two of them, 10 to 10000000. All members should have the
	// same number, for then their nodes serve the same copies.
	// Default: 10000.
	EveryBlocks int `yaml:"every_blocks"`

	// How many are kept, 1 to 10. Each is about as large as the state.
	// Default: 2.
	Keep int `yaml:"keep"`
}

// Log configures the log.
type Log struct {
	// The least level to write: debug, info, warn or error.
	// Default: info.
	Level string `yaml:"level"`

	// The form of a line: text, json, or auto, which is text on a terminal
	// and json elsewhere.
	// Default: auto.
	Format string `yaml:"format"`
}

// Limits bounds the work a node takes on.
type Limits struct {
	// Hosted organisations whose stores are open at once, 1 to 4096; each takes
	// some megabytes of memory. More are served in turn.
	// Default: 64.
	HostedOpenMax int `yaml:"hosted_open_max"`

	// Envelopes that may wait for a block, 100 to 1000000; more are refused
	// until some are through.
	// Default: 50000.
	PendingMax int `yaml:"pending_max"`

	// The body of an HTTP request in bytes, 65536 to 268435456; files that are
	// uploaded may have 1 GiB.
	// Default: 1048576.
	BodyBytesMax int `yaml:"body_bytes_max"`

	// HTTP requests served at once, 1 to 10000; more wait.
	// Default: 256.
	RequestsMax int `yaml:"requests_max"`
}

// Default is the configuration of an empty file. It lacks a chain id, so it is
// not valid as it is.
func Default() Config {
	return Config{
		Home:      "/var/lib/pedigree",
		Profile:   ProfileSingle,
		P2P:       P2P{Listen: "127.0.0.1:26656", Peers: []Peer{}},
		Keys:      Keys{Unlock: UnlockPrompt},
		API:       API{Listen: "127.0.0.1:8480", Hosts: []string{}},
		Access:    Access{Certificates: []Certificate{}, OIDC: OIDC{Name: "your organisation", GroupsClaim: "groups", Groups: []Group{}}},
		Exchange:  Exchange{SpoolMB: 4096},
		Ways:      Ways{Inlets: []Inlet{}, Credentials: []Credential{}, Outlets: []Outlet{}},
		Witnesses: Witnesses{EverySeconds: 15, Ask: []Witness{}},
		Store:     Store{CacheMB: 256, MemtableMB: 64},
		Pruning:   Pruning{KeepDays: 2192},
		Scrub:     Scrub{Percent: 5, PauseSeconds: 20},
		Verdict:   Verdict{LedgerAgeHours: 24, NoticeAgeDays: 7},
		Returns:   "hold",
		Reclaim:   "ask",
		Snapshots: Snapshots{EveryBlocks: 10_000, Keep: 2},
		Log:       Log{Level: "info", Format: "auto"},
		Limits:    Limits{HostedOpenMax: 64, PendingMax: 50_000, BodyBytesMax: 1 << 20, RequestsMax: 256},
	}
}
