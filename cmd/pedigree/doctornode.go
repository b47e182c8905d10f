package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/config"
)

// running examines the node that runs in the home and returns its figures; nil
// when none does.
func (e *examination) running(ctx context.Context) map[string]string {
	n, err := e.cli.node()
	if err != nil {
		e.add("node", doctorWarn, "it does not run", "pedigree start --home "+e.home.dir)
		return nil
	}
	s, err := n.Status(ctx)
	if err != nil {
		e.add("node", doctorFail, "it does not answer: "+err.Error(), "read its log; pedigree start --home "+e.home.dir)
		return nil
	}
	raw, err := n.File(ctx, "/metrics")
	if err != nil {
		e.add("node", doctorFail, "it gives no figures: "+err.Error(), "is it of an older version? restart it with this one")
		return nil
	}
	figures := readFigures(raw)
	if _, err := n.File(ctx, "/readyz"); err != nil {
		e.add("node", doctorWarn, "it takes no work: "+err.Error(), "wait, or see the other lines")
	} else {
		e.add("node", doctorOK, fmt.Sprintf("runs, at height %d", s.Height), "")
	}
	e.blockTime(time.Since(s.BlockTime))
	e.version(figures)
	e.privateStore(figures)
	e.stored(figures)
	e.prekeys(figures)
	var overdue []traceview.ShipmentSummary
	err = n.Get(ctx, "/api/v1/shipments?overdue=true", &overdue)
	e.overdue(len(overdue), err)
	e.ends(ctx, n, s.Org)
	return figures
}

// overdue tells of offers that nobody received in time.
func (e *examination) overdue(n int, err error) {
	const check = "offers"
	switch {
	case err != nil:
		e.add(check, doctorWarn, "whether some are overdue can't be told: "+err.Error(), "")
	case n > 0:
		e.add(check, doctorWarn, fmt.Sprintf("nobody received %s in time; that waits for you", counted(n, "shipment", "shipments")), "pedigree shipments --overdue, then pedigree reclaim SHIPMENT; or reclaim: auto in pedigree.yaml")
	default:
		e.add(check, doctorOK, "none waits to be taken back", "")
	}
}

func (e *examination) version(figures map[string]string) {
	if v := figures["pedigree_build_info"]; v == version {
		e.add("version", doctorOK, version, "")
	} else {
		e.add("version", doctorWarn, fmt.Sprintf("the node runs %s, this program is %s", v, version), "restart the node with this program")
	}
}

func (e *examination) privateStore(figures map[string]string) {
	if figures["pedigree_vault_failed"] == "1" || figures["pedigree_vault_readable"] == "0" {
		e.add("private store", doctorFail, "it takes no more writes, or can't be read", "see to the disk, then restart the node")
	} else {
		e.add("private store", doctorOK, "works", "")
	}
}

// stored tells what the running node found in what it stores.
func (e *examination) stored(figures map[string]string) {
	const check = "what is stored"
	switch faults := figures["pedigree_scrub_faults"]; faults {
	case "":
		e.add(check, doctorWarn, "whether it was changed can't be told", "")
	case "0":
		e.add(check, doctorOK, "nothing that the node has read so far was changed or put back", "")
	default:
		e.add(check, doctorFail, faults+" things were changed, damaged or put back from an older copy", "the node's log names each; docs/operate/care.md says what to do")
	}
}

// blockTime compares this machine's clock with the last block's.
func (e *examination) blockTime(age time.Duration) {
	switch {
	case age < -clockAheadMax:
		e.add("clock", doctorFail, fmt.Sprintf("the last block is %s ahead of this machine's clock", (-age).Round(time.Second)), "set the clock; run a time service such as chrony")
	default:
		e.add("clock", doctorOK, "not behind the network's", "")
	}
	text := fmt.Sprintf("%s old", max(age, 0).Round(time.Second))
	const do = "an idle network makes a block a minute: see peers, and ask the other members"
	switch {
	case age > blockAgeFail:
		e.add("last block", doctorFail, text, do)
	case age > blockAgeWarn:
		e.add("last block", doctorWarn, text, do)
	default:
		e.add("last block", doctorOK, text, "")
	}
}

func (e *examination) prekeys(figures map[string]string) {
	left, err := strconv.ParseFloat(figures["pedigree_prekeys_unused"], 64)
	switch {
	case err != nil:
		e.add("prekeys", doctorWarn, "their number can't be told", "")
	case left > 0 && left < prekeysWarn:
		e.add("prekeys", doctorWarn, fmt.Sprintf("%.0f of partners are left, so as many things can be shipped", left), "ask the partners for new ones")
	default:
		e.add("prekeys", doctorOK, fmt.Sprintf("%.0f of partners are left", left), "")
	}
}

// peers asks whether each configured node can be reached from here.
func (e *examination) peers(ctx context.Context, cfg config.Config, figures map[string]string) {
	list := cfg.P2P.Peers
	if len(list) == 0 {
		e.add("peers", doctorOK, "none are configured", "")
		return
	}
	if figures["pedigree_peers"] == strconv.Itoa(len(list)) {
		e.add("peers", doctorOK, fmt.Sprintf("all %d are connected", len(list)), "")
		return
	}
	away := make([]string, len(list))
	var asked sync.WaitGroup
	for i, p := range list {
		asked.Go(func() {
			conn, err := (&net.Dialer{Timeout: dialWait}).DialContext(ctx, "tcp", p.Addr)
			if err != nil {
				away[i] = p.Org + " at " + p.Addr
				return
			}
			_ = conn.Close() // nothing was said
		})
	}
	asked.Wait()
	var names []string
	for _, name := range away {
		if name != "" {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == len(list):
		e.add("peers", doctorFail, "none can be reached: "+strings.Join(names, ", "), "check this machine's network and firewall")
	case len(names) > 0:
		e.add("peers", doctorWarn, "can't be reached: "+strings.Join(names, ", "), "ask their operators, and check the addresses in pedigree.yaml")
	default:
		e.add("peers", doctorOK, fmt.Sprintf("all %d can be reached", len(list)), "")
	}
}

// readFigures reads the last value of each metric, and of build_info its version.
func readFigures(raw []byte) map[string]string {
	figures := map[string]string{}
	for line := range bytes.Lines(raw) {
		name, value, found := strings.Cut(strings.TrimSpace(string(line)), " ")
		if !found || strings.HasPrefix(name, "#") {
			continue
		}
		name, label, labelled := strings.Cut(name, "{")
		if labelled && name == "pedigree_build_info" {
			value = strings.TrimSuffix(strings.TrimPrefix(label, `version="`), `"}`)
		}
		figures[name] = value
	}
	return figures
}
