package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
)

// NetworkView is how the network looks from this node.
type NetworkView struct {
	Version    string          `json:"version" doc:"Of this node's program"`
	Height     uint64          `json:"height" doc:"Last committed height"`
	BlockTime  time.Time       `json:"block_time" doc:"Time of that block; an idle network makes one each minute"`
	CatchingUp bool            `json:"catching_up" doc:"Old blocks are being taken from others"`
	First      uint64          `json:"first" doc:"Lowest height whose block is here; others are pruned, or from before this node took a snapshot"`
	Validators []NetValidator  `json:"validators"`
	Peers      []NetPeer       `json:"peers" doc:"Nodes that this one is connected to"`
	Witnesses  WitnessesOfNode `json:"witnesses"`
}

// NetValidator is who signs blocks, and whether it signed the last one that can be told of.
type NetValidator struct {
	Member string `json:"member" doc:"Member whose key it is; the address, of 40 hexadecimal digits, where that is none any more"`
	Power  uint64 `json:"power"`
	Signed bool   `json:"signed" doc:"It signed the last block whose signatures are here"`
	Own    bool   `json:"own" doc:"This node's own"`
}

// NetPeer is a node that this one is connected to.
type NetPeer struct {
	Member   string `json:"member,omitempty" doc:"Member that published it; empty for one that only the configuration names"`
	Node     string `json:"node" doc:"Id of the node"`
	Outbound bool   `json:"outbound" doc:"This node made the connection"`
	Height   uint64 `json:"height" doc:"That it decides, as it says itself; 0 while it said nothing"`
	Behind   uint64 `json:"behind" doc:"How many blocks it is behind this node"`
}

// WitnessesOfNode is who watches from outside that the log of events only grows.
type WitnessesOfNode struct {
	Asked    int  `json:"asked" doc:"Witnesses that this node asks"`
	Cosigned int  `json:"cosigned" doc:"Those that cosigned the newest checkpoint kept here"`
	Forked   bool `json:"forked" doc:"A witness says that the validators signed two histories"`
}

// NodeFinding is one thing that was looked at in a running node.
type NodeFinding struct {
	Check   string `json:"check" doc:"What was looked at, such as disk"`
	Verdict string `json:"verdict" enum:"OK,WARN,FAIL"`
	Text    string `json:"text" doc:"What was found"`
	Do      string `json:"do,omitempty" doc:"What to do"`
}

// Networked is a node that shows how it stands.
type Networked interface {
	// Network is how the network looks from this node.
	Network() (NetworkView, error)
}

// AddNetwork registers the routes of network health. What look finds is of the node
// itself, its disk and its secrets, so only those who watch it may ask.
func AddNetwork(s *Server, l Networked, look func(context.Context) []NodeFinding) {
	huma.Get(s.API, "/api/v1/network", func(context.Context, *struct{}) (*body[NetworkView], error) {
		v, err := l.Network()
		if err != nil {
			return nil, Refuse(err)
		}
		v.Version = s.config.Version
		return &body[NetworkView]{v}, nil
	}, described("get-network", "How the network looks from this node: validators, connected nodes and how far they are, witnesses"), Needs(auth.ReadLedger))
	huma.Get(s.API, "/api/v1/health", func(ctx context.Context, _ *struct{}) (*body[[]NodeFinding], error) {
		return &body[[]NodeFinding]{look(ctx)}, nil
	}, described("list-health", "The running node looked over: store, disk, clock, keys, peers, backups, each with what to do"), Needs(auth.Watch))
}
