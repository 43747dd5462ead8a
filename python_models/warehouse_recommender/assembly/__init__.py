"""What list assembly needs learnt or computed beyond SQL: similarities of products."""
