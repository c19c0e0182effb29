package main

import (
	"encoding/gob"
	"math/big"
	"net/netip"
	"reflect"
	"time"
)

type User struct {
	Name  string
	Age   int
	Admin bool
	Score float64
	Tags  []string
	Meta  map[string]string
	Seen  time.Time
	Raw   []byte
	Any   interface{}
}

type Prefs struct {
	Theme  string
	Parent *Prefs
	Limits [3]int
	Grid   [][]int32
	Small  uint8
}

type Point struct{ X, Y int }

type Hidden struct{ A int }

type Level int
type Name string
type Tags []string
type Flags map[string]bool
type Empty struct{}

// Node contains itself in every way that Go allows.
type Node struct {
	Value  interface{}
	Next   *Node
	Kids   []*Node
	ByName map[string]*Node
}

// Odd has fields of every special encoding, and two that gob does not send.
type Odd struct {
	Count   *int
	Title   **string
	When    *time.Time
	Times   []time.Time
	Small   complex64
	Large   complex128
	Corners [2]Point
	Id      [16]byte
	Ratio   float32
	Tiny    int8
	Port    uint16
	Name    Name
	Level   Level
	Tags    Tags
	Flags   Flags
	ByLevel map[Level]Name
	ByPoint map[Point]int64
	Sum     *big.Int
	Addr    netip.Addr
	Nothing Empty
	Point
	hidden int
	Done   chan int
}

var types = map[string]reflect.Type{}

func know(values ...interface{}) {
	for _, value := range values {
		learn(reflect.TypeOf(value))
	}
}

// learn adds a type and the types inside it, so that typed JSON can name them.
func learn(t reflect.Type) {
	if _, known := types[t.String()]; known {
		return
	}
	types[t.String()] = t
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Pointer:
		learn(t.Elem())
	case reflect.Map:
		learn(t.Key())
		learn(t.Elem())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			if t.Field(i).IsExported() {
				learn(t.Field(i).Type)
			}
		}
	}
}

func init() {
	basics := []interface{}{
		false, "", int(0), int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0),
		float32(0), float64(0), complex64(0), complex128(0),
		[]bool{}, []string{}, []int{}, []int8{}, []int16{}, []int32{}, []int64{}, []uint{}, []uint8{}, []uint16{}, []uint32{}, []uint64{}, []uintptr{},
		[]float32{}, []float64{}, []complex64{}, []complex128{}, []interface{}{},
	}
	know(basics...)
	registered := []interface{}{
		map[string]interface{}{}, map[interface{}]interface{}{}, map[string]string{}, map[string]int{}, []User{}, [][]string{},
		[]map[string]interface{}{}, time.Time{}, User{}, &Prefs{}, Level(0), netip.Addr{}, Name(""), Tags{}, Flags{}, Empty{},
		Node{}, Odd{}, &big.Int{}, map[int]string{}, map[Point]string{}, []*Point{}, [2]interface{}{}, [16]byte{}, map[string]*Node{},
		[]time.Time{},
	}
	know(registered...)
	for _, value := range registered {
		gob.Register(value)
	}
	know(Point{}, Hidden{})
	gob.RegisterName("geo.Point", Point{})
	// Uses the field that gob does not send, for the compiler.
	_ = Odd{hidden: 0}.hidden
}
