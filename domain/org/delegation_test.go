package org_test

import (
	"testing"

	"pedigree/domain/org"
)

func TestNobodyDelegatesAPrefixBeforeItIsHis(t *testing.T) {
	n := newNetwork(t, founding())
	from := n.Height + 100
	want(t, n.send(n.entry("grant-prefix", &org.GrantPrefix{Member: "beta", Prefix: "9504000", From: from})), accepted)
	delegate := func(at uint64) error {
		return n.send(n.entry("delegate-prefix", &org.DelegatePrefix{Member: "beta", Delegate: "gamma", Number: "95040001", From: at}))
	}
	want(t, delegate(0), org.CodeBadHeight)
	want(t, delegate(from-1), org.CodeBadHeight)
	want(t, delegate(from), accepted)
	for height, owns := range map[uint64]bool{from - 1: false, from: true} {
		for _, id := range []string{"beta", "gamma"} {
			if m, _ := org.Get(n.View(), id); m.OwnsPrefix("950400012345", height) != owns {
				t.Errorf("%s and the number at height %d: %v", id, height, !owns)
			}
		}
	}
}
