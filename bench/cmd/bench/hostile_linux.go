package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pedigree/bench/hostile"
)

// What a node should hold under attack.
const (
	hostileSideBySide = 2   // attacks at a time
	hostileSlowdown   = 2.0 // of another client's p95, at most
)

// hostileSection attacks a node and looks how another client is served meanwhile.
// The attackers run on the machine that they attack, which counts against it.
func hostileSection(ctx context.Context, b *bench) (list []figure, err error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	program, err := hostile.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	n, err := hostile.Start(ctx, hostile.Config{Program: program, Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, n.Stop()) }()
	before, err := n.Resident()
	if err == nil {
		err = n.ForgetPeak()
	}
	if err != nil {
		return nil, err
	}
	var calm, attacked sample
	attacks := 0
	for range b.size.repeats {
		quiet, err := b.honest(ctx, n)
		if err != nil {
			return nil, err
		}
		calm.add(float64(quiet.P95().Microseconds()) / 1000)
		served, count, err := b.underAttack(ctx, n)
		if err != nil {
			return nil, err
		}
		attacks += count
		attacked.add(float64(served.P95().Microseconds()) / 1000)
		b.say("p95 of another client: %s in peace, %s under %d attacks", quiet.P95().Round(time.Microsecond), served.P95().Round(time.Microsecond), count)
	}
	peak, err := n.Peak()
	return []figure{
		{
			name: "another client's p95 under attack, against its p95 in peace", got: attacked, base: calm, unit: "ms", goal: ratioAtMost(hostileSlowdown),
			note: fmt.Sprintf("%d attacks, %d at a time, from the machine that is attacked; 500 slow connections beside them", attacks, hostileSideBySide),
			why:  "attackers, node and client share the processors: what an attacker's program takes is missing too",
		},
		{name: "memory gained under attack", got: sample{megabytes(peak - before)}, unit: "MB", goal: atMost(megabytes(hostile.MemoryMax)), why: "documents and bodies are read side by side"},
	}, err
}

// honest serves another client for a while.
func (b *bench) honest(ctx context.Context, n *hostile.Node) (hostile.Served, error) {
	ctx, end := context.WithTimeout(ctx, b.size.hostileTime)
	defer end()
	s := n.Honest(ctx)
	if len(s.Faults) > 0 {
		return s, fmt.Errorf("another client was not served: %s", s.Faults[0])
	}
	return s, nil
}

// underAttack does so while attacks run one after another, again and again.
func (b *bench) underAttack(ctx context.Context, n *hostile.Node) (hostile.Served, int, error) {
	ctx, end := context.WithCancel(ctx)
	var attackers sync.WaitGroup
	errs := make([]error, hostileSideBySide+1)
	counts := make([]int, hostileSideBySide)
	list := hostile.Attacks()
	for i := range hostileSideBySide {
		attackers.Go(func() {
			for at := i; ctx.Err() == nil && errs[i] == nil; at += hostileSideBySide {
				a := list[at%len(list)]
				got, err := n.Attack(context.WithoutCancel(ctx), a)
				if fault := a.Fault(got); err == nil && fault != "" {
					err = fmt.Errorf("%s: %s", a.Name, fault)
				}
				errs[i] = err
				counts[i]++
			}
		})
	}
	attackers.Go(func() { errs[hostileSideBySide] = n.SlowConnections(ctx) })
	served, err := b.honest(ctx, n)
	end()
	attackers.Wait()
	total := 0
	for _, c := range counts {
		total += c
	}
	return served, total, errors.Join(err, errors.Join(errs...))
}
