"""What a container shares with the zygote stays shared, as long as it only looks at it."""

LOOK = """
import sys

def private():
    with open("/proc/self/smaps_rollup") as rollup:
        return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_Dirty"))

before = private()
for module in list(sys.modules.values()):
    for value in list(vars(module).values()):
        kept = [value, type(value), *(vars(value).values() if isinstance(value, type) else ())]
print((private() - before) // 1024)
"""

COUNTS = """
import sys, pandas
things = pandas.DataFrame, pandas.DataFrame.merge, pandas.DataFrame.merge.__code__, pandas
print({sys.getrefcount(thing) == sys.getrefcount(None) for thing in things})
"""

OWN = """
import gc, sys, weakref
class Thing: pass
thing, ring = Thing(), Thing()
ring.itself = ring
gone = [weakref.ref(thing), weakref.ref(ring)]
print(sys.getrefcount(thing) < 5)
del thing, ring
gc.collect()
print([ref() for ref in gone])
"""

ANEW = """
import gc, sys, statistics
old = statistics.mean
del sys.modules["statistics"], statistics
gc.collect()
import statistics
print(old([1, 2, 3]), statistics.mean([1, 2, 3]), old is statistics.mean)
"""


def test_looking_at_everything_imported_copies_little_memory(container):
    assert int(container.text(LOOK)) < 4  # MiB; 72 where it is counted


def test_references_to_what_was_imported_are_not_counted(container):
    assert container.text(COUNTS) == "{True}\n"


def test_what_a_cell_makes_is_counted_and_freed(container):
    assert container.text(OWN) == "True\n[None, None]\n"


def test_a_module_of_the_zygotes_can_be_imported_anew(container):
    assert container.text(ANEW) == "2 2 False\n"
