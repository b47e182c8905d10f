//go:build linux

package hostile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// honestPause is between two requests of an honest client.
const honestPause = 5 * time.Millisecond

// honest are the requests of a client that means no harm: it looks at the node and
// at its stock, follows a pack that is not there, and checks a small document.
var honest = []Attack{
	{Name: "status", Method: "GET", Path: "/api/v1/status"},
	{Name: "inventory", Method: "GET", Path: "/api/v1/inventory"},
	{Name: "trace", Method: "GET", Path: "/api/v1/trace?id=urn:epc:id:sgtin:0399991.012345.1"},
	{Name: "check", Method: "POST", Path: "/api/v1/captures?dry_run=true&name=honest", Type: "application/xml", Body: join(xmlHead, strings.Repeat(fmt.Sprintf(xmlEvent, 1), 3), xmlTail)},
}

// Served is how an honest client was served.
type Served struct {
	Took   []time.Duration // of each answer
	Faults []string        // requests that were not answered as they should be
}

// P95 is the time within which 95 of 100 requests were answered.
func (s Served) P95() time.Duration {
	if len(s.Took) == 0 {
		return 0
	}
	list := slices.Sorted(slices.Values(s.Took))
	return list[(len(list)*95)/100]
}

// Honest sends honest requests, one after the other, until ctx ends.
func (n *Node) Honest(ctx context.Context) Served {
	var s Served
	for i := 0; ctx.Err() == nil; i++ {
		r := honest[i%len(honest)]
		got, err := n.Attack(context.WithoutCancel(ctx), r)
		switch {
		case err != nil:
			s.Faults = append(s.Faults, r.Name+": "+err.Error())
		case got.Status == 0 || got.Status >= 500 || got.Status == 429:
			s.Faults = append(s.Faults, fmt.Sprintf("%s was answered %d %.200s", r.Name, got.Status, got.Text))
		default:
			s.Took = append(s.Took, got.Took)
		}
		time.Sleep(honestPause)
	}
	return s
}
