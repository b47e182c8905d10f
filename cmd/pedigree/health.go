package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/internal/api"
	"pedigree/internal/engine"
	"pedigree/internal/obs"
	"pedigree/ledger"
	"pedigree/proof"
)

// Network is how the network looks from this node.
func (l apiLedger) Network() (api.NetworkView, error) {
	e := l.Engine()
	s := e.Status()
	out := api.NetworkView{
		Height: uint64(s.Height), BlockTime: s.Time, CatchingUp: s.CatchingUp, First: uint64(max(0, e.BaseHeight())),
		Validators: []api.NetValidator{}, Peers: []api.NetPeer{},
	}
	f := l.witnesses.Figures()
	out.Witnesses = api.WitnessesOfNode{Asked: f.Witnesses, Cosigned: f.Cosigned, Forked: f.Forked}
	signed, err := l.signedLast(s.Height)
	if err != nil {
		return out, err
	}
	own := (proof.Validator{Key: proof.NewKey(l.ownKey())}).Address()
	return out, l.Read(func(st ledger.State) error {
		org.EachValidator(st, func(v org.Validator) bool {
			address := (proof.Validator{Key: v.Key}).Address()
			out.Validators = append(out.Validators, api.NetValidator{Member: v.Member, Power: v.Power, Signed: signed[address], Own: address == own})
			return true
		})
		for _, p := range e.Peers() {
			member, _, _ := network.PeerOf(st, p.ID)
			peer := api.NetPeer{Member: member, Node: p.ID, Outbound: p.Outbound, Height: uint64(max(0, p.Height))}
			// A node that keeps up works on the height after the last.
			if p.Height > 0 && p.Height < s.Height {
				peer.Behind = uint64(s.Height - p.Height)
			}
			out.Peers = append(out.Peers, peer)
		}
		return nil
	})
}

func (l apiLedger) ownKey() []byte {
	key := l.Engine().ConsensusPubKey()
	return key[:]
}

// signedLast says who signed the newest block whose signatures are here; nobody before
// the first.
func (l apiLedger) signedLast(height int64) (map[[20]byte]bool, error) {
	signed := map[[20]byte]bool{}
	if height == 0 || height < l.Engine().BaseHeight() {
		return signed, nil
	}
	h, err := l.Engine().SignedHeader(height)
	if err != nil {
		return nil, fmt.Errorf("couldn't read who signed block %d: %w", height, err)
	}
	for i, s := range h.Signatures {
		signed[h.Validators[i].Address] = s.Flag == engine.CommitForBlock
	}
	return signed, nil
}

// look examines the running node as pedigree doctor does from outside, without asking
// anybody else.
func (r *running) look(ctx context.Context) []api.NodeFinding {
	e := &examination{home: r.home}
	if err := r.ready(); err != nil {
		e.add("node", doctorWarn, "it takes no work: "+err.Error(), "wait, or see the other lines")
	} else {
		e.add("node", doctorOK, fmt.Sprintf("runs, at height %d", r.node.Height()), "")
	}
	figures := figuresOf(r.metrics(ctx))
	e.blockTime(time.Since(time.Unix(int64(r.node.BlockTime()), 0)))
	e.connected(len(r.node.Engine().Peers()), r.peers)
	e.privateStore(figures)
	e.stored(figures)
	e.disk()
	e.signingMark()
	e.backup()
	e.secrets()
	e.prekeys(figures)
	e.figuresOld(figures, int(r.noticeAge/day))
	list := make([]api.NodeFinding, len(e.list))
	for i, f := range e.list {
		list[i] = api.NodeFinding{Check: f.Check, Verdict: f.Verdict, Text: f.Text, Do: f.Do}
	}
	return list
}

// connected compares the connections that there are with the nodes that are configured.
func (e *examination) connected(there, configured int) {
	const check = "peers"
	switch {
	case configured == 0:
		e.add(check, doctorOK, fmt.Sprintf("none are configured, %d are connected", there), "")
	case there == 0:
		e.add(check, doctorFail, fmt.Sprintf("none of %d are connected", configured), "check this machine's network and firewall; pedigree doctor tries each")
	case there < configured:
		e.add(check, doctorWarn, fmt.Sprintf("%d are connected, %d are configured", there, configured), "pedigree doctor tries each; ask the operators of those that are away")
	default:
		e.add(check, doctorOK, fmt.Sprintf("%d are connected", there), "")
	}
}

// figuresOf is what readFigures reads from figures that were written.
func figuresOf(list []obs.Metric) map[string]string {
	figures := map[string]string{}
	for _, m := range list {
		for _, s := range m.Samples {
			figures[m.Name] = strconv.FormatFloat(s.Value, 'g', -1, 64)
		}
	}
	return figures
}
