package network_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
)

// model says what members have published, without maps, rows or codecs.
type model struct {
	t        *rapid.T
	c        chain
	standing map[string]string // active, suspended, removed
	nodes    map[string]string // node to member, of those that are members
	boxes    map[string]*modelBox
	versions []network.Upgrade // in force or to come, in order
}

type modelBox struct {
	open         bool
	issued       uint64
	former, last uint64 // ids of seal keys
	formerTo     uint64
}

var modelMembers = []string{"alpha", "beta", "gamma", "state"}

func newModel(t *rapid.T, tb testing.TB) *model {
	m := &model{t: t, c: newChain(tb), standing: map[string]string{}, nodes: map[string]string{}, boxes: map[string]*modelBox{}}
	for _, id := range modelMembers {
		m.standing[id], m.boxes[id] = "active", &modelBox{}
	}
	return m
}

func (m *model) member() string { return rapid.SampledFrom(modelMembers).Draw(m.t, "member") }

// send sends an entry as one active member, which the council of this network is
// not, and expects a code; it reports whether the entry was accepted.
func (m *model) send(as, module, kind string, message any, want ledger.Code) bool {
	got := m.c.send(as, ledgertest.Entry(m.c.T, module, kind, message))
	if got != want {
		m.t.Fatalf("%s/%s by %s: got %q, the model says %q", module, kind, as, got.Name, want.Name)
	}
	return got == accepted
}

// own is how any own act of a member ends that sends it itself.
func (m *model) own(id string, otherwise ledger.Code) ledger.Code {
	switch m.standing[id] {
	case "suspended":
		return org.CodeSuspended
	case "removed":
		return org.CodeRemoved
	}
	return otherwise
}

func (m *model) nodesOf(id string) int {
	n := 0
	for _, owner := range m.nodes {
		if owner == id {
			n++
		}
	}
	return n
}

// node is the name of one.
func (m *model) node() string {
	return rapid.StringMatching("[a-b][0-5]").Draw(m.t, "node")
}

func (m *model) publishPeer(*rapid.T) {
	id, name, want := m.member(), m.node(), accepted
	node := nodeID(name)
	if owner, taken := m.nodes[node]; taken && owner != id {
		want = network.CodeNodeTaken
	} else if !taken && m.nodesOf(id) == network.PeersMax {
		want = network.CodeTooMany
	}
	if m.send(id, "network", "publish-peer", peer(id, name, ""), m.own(id, want)) {
		m.nodes[node] = id
	}
}

func (m *model) withdrawPeer(*rapid.T) {
	id, node, want := m.member(), nodeID(m.node()), network.CodeUnknownPeer
	if m.nodes[node] == id {
		want = accepted
	}
	if m.send(id, "network", "withdraw-peer", &network.WithdrawPeer{Member: id, NodeID: node}, m.own(id, want)) {
		delete(m.nodes, node)
	}
}

func (m *model) publishMailbox(*rapid.T) {
	id, with := m.member(), rapid.Bool().Draw(m.t, "with seal")
	e, box, want := network.PublishMailbox{Member: id, Addr: id + ":1", TLS: ledgertest.Key("tls")}, m.boxes[id], accepted
	if with {
		e.Seal = seal(byte(rapid.IntRange(1, 3).Draw(m.t, "seal")))
	}
	switch {
	case with && box.open:
		want = network.CodeMailboxExists
	case !with && !box.open:
		want = network.CodeNoMailbox
	}
	if m.send(id, "network", "publish-mailbox", &e, m.own(id, want)) && with {
		box.issued++
		box.open, box.last, box.former = true, box.issued, 0
	}
}

func (m *model) rotateSeal(*rapid.T) {
	id := m.member()
	box, want := m.boxes[id], accepted
	until := m.c.Height + 2 + rapid.Uint64Range(0, 5).Draw(m.t, "overlap")
	// Each number its own key, so that none is used twice.
	key := seal(byte(box.issued + 10))
	switch next := m.c.Height + 2; {
	case !box.open:
		want = network.CodeNoMailbox
	case box.former != 0 && box.formerTo > next:
		want = network.CodeOverlap
	}
	if m.send(id, "network", "rotate-seal", &network.RotateSeal{Member: id, Seal: key, Until: until}, m.own(id, want)) {
		box.issued++
		box.former, box.formerTo, box.last = box.last, until, box.issued
	}
}

func (m *model) withdrawMailbox(*rapid.T) {
	id, want := m.member(), accepted
	if !m.boxes[id].open {
		want = network.CodeNoMailbox
	}
	if m.send(id, "network", "withdraw-mailbox", &network.WithdrawMailbox{Member: id}, m.own(id, want)) {
		m.boxes[id] = &modelBox{issued: m.boxes[id].issued}
	}
}

// council sends an entry by every active member.
func (m *model) council(module, kind string, message any) ledger.Code {
	var active []string
	for _, id := range modelMembers {
		if m.standing[id] == "active" {
			active = append(active, id)
		}
	}
	act := ledgertest.Act{As: active[0], Also: active[1:], Entries: nil}
	act.Entries = append(act.Entries, ledgertest.Entry(m.c.T, module, kind, message))
	res := m.c.Do(act)
	for _, code := range append(org.Codes(), network.Codes()...) {
		if code.Number == res.Code {
			return code
		}
	}
	return ledger.Code{}
}

// stand suspends, reinstates or removes a member; alpha and its validator stay.
func (m *model) stand(*rapid.T) {
	id := rapid.SampledFrom(modelMembers[1:]).Draw(m.t, "member")
	switch kind := rapid.SampledFrom([]string{"suspend", "reinstate", "remove"}).Draw(m.t, "kind"); {
	case kind == "suspend" && m.council("org", kind, &org.Suspend{Member: id}) == accepted:
		m.standing[id] = "suspended"
	case kind == "reinstate" && m.council("org", kind, &org.Reinstate{Member: id}) == accepted:
		m.standing[id] = "active"
	case kind == "remove" && m.council("org", kind, &org.Remove{Member: id}) == accepted:
		m.standing[id] = "removed"
		for node, owner := range m.nodes {
			if owner == id {
				delete(m.nodes, node)
			}
		}
	}
}

func (m *model) upgrade(*rapid.T) {
	now := m.c.Height + 1 // the height of the entry
	last := network.Upgrade{Version: 1}
	if n := len(m.versions); n > 0 {
		last = m.versions[n-1]
	}
	version, ahead := rapid.Uint64Range(2, 6).Draw(m.t, "version"), last.Height > now
	if rapid.Bool().Draw(m.t, "cancel") {
		want := network.CodeNoUpgrade
		if ahead && last.Version == version {
			want, m.versions = accepted, m.versions[:len(m.versions)-1]
		}
		if got := m.council("network", "cancel-upgrade", &network.CancelUpgrade{Version: version}); got != want {
			m.t.Fatalf("cancel: got %q, the model says %q", got.Name, want.Name)
		}
		return
	}
	height, want := now+rapid.Uint64Range(9, 13).Draw(m.t, "ahead"), accepted
	switch {
	case ahead:
		want = network.CodeUpgradeScheduled
	case version <= last.Version:
		want = network.CodeBadVersion
	case height <= now+network.UpgradeNoticeMin:
		want = network.CodeBadHeight
	}
	if got := m.council("network", "schedule-upgrade", &network.ScheduleUpgrade{Version: version, Height: height, Text: "t"}); got != want {
		m.t.Fatalf("schedule: got %q, the model says %q", got.Name, want.Name)
	}
	if want == accepted {
		m.versions = append(m.versions, network.Upgrade{Version: version, Height: height})
	}
}

// check compares what the queries say with the model.
func (m *model) check(t *rapid.T) {
	s := m.c.View()
	found := map[string]string{}
	network.Peers(s, func(member string, p network.Peer) bool {
		found[p.NodeID] = member
		return true
	})
	for node, owner := range m.nodes {
		if member, _, ok := network.PeerOf(s, node); !ok || member != owner || found[node] != owner {
			t.Fatalf("node %s is %q's and listed for %q, the model says %s", node, member, found[node], owner)
		}
	}
	if len(found) != len(m.nodes) {
		t.Fatalf("%d nodes are listed, the model has %d", len(found), len(m.nodes))
	}
	for _, id := range modelMembers {
		box, ok := network.MailboxOf(s, id)
		if want := m.boxes[id]; ok != (want.open && m.standing[id] == "active") || ok && box.Seal[len(box.Seal)-1].ID != want.last {
			t.Fatalf("the mailbox of %s: %t, %d keys; the model says %+v", id, ok, len(box.Seal), *want)
		}
	}
	for height := m.c.Height; height < m.c.Height+20; height++ {
		want := uint64(1)
		for _, u := range m.versions {
			if u.Height <= height {
				want = u.Version
			}
		}
		if got := network.Version(s, height); got != want {
			t.Fatalf("version %d at height %d, the model says %d", got, height, want)
		}
	}
	if !slices.IsSortedFunc(m.versions, func(a, b network.Upgrade) int { return int(a.Version) - int(b.Version) }) {
		t.Fatalf("versions %v", m.versions)
	}
}

func TestTheNetworkAgreesWithASmallModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := newModel(rt, t)
		rt.Repeat(map[string]func(*rapid.T){
			"publish peer": m.publishPeer, "withdraw peer": m.withdrawPeer, "publish mailbox": m.publishMailbox, "rotate seal": m.rotateSeal,
			"withdraw mailbox": m.withdrawMailbox, "stand": m.stand, "upgrade": m.upgrade, "": m.check,
		})
	})
}
