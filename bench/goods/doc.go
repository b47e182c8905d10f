// Package goods makes the custody entries that the benchmarks put on a ledger:
// commissions and shipments of loose units, and sealed pallets that change hands.
//
// What it keeps true: the same maker, chain and number give the same keys and
// leaves, so that a benchmark can be repeated; every envelope is one that the real
// rules accept; nothing here is measured.
//
// Companies, prefixes and numbers are made up.
//
//	m, err := goods.NewMaker("bench", 1, now)
//	commission, err := m.CommissionUnits(0, 16)
//	ship, err := m.ShipUnit(3)
package goods
