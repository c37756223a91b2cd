/* Skip-gram with negative sampling in plain loops: the update of word2vec's program, one pair after another, on a text of
   word numbers. Written for this benchmark, to be timed beside nf embed train.

   gcc -O3 -march=native skipgram.c -o skipgram -lm
   ./skipgram FILE DIM WINDOW NEGATIVE EPOCHS SUBSAMPLE RATE

   FILE: int32 little-endian: the number of words of the vocabulary, their counts, then the text, -1 between paragraphs.
   Prints words per second. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TABLE_SIZE 10000000
#define EXP_SIZE 1000
#define MAX_EXP 6

static uint64_t state = 1;

static uint32_t next_random(void)
{
    state = state * 25214903917ULL + 11;
    return (uint32_t)(state >> 16);
}

int main(int argc, char **argv)
{
    if (argc != 8) { fprintf(stderr, "received %d arguments, allowed: 7\n", argc - 1); return 2; }
    int dim = atoi(argv[2]), window = atoi(argv[3]), negative = atoi(argv[4]), epochs = atoi(argv[5]);
    double subsample = atof(argv[6]);
    float start_rate = (float)atof(argv[7]);

    FILE *file = fopen(argv[1], "rb");
    if (!file) { perror(argv[1]); return 2; }
    fseek(file, 0, SEEK_END);
    long length = ftell(file) / 4;
    rewind(file);
    int32_t *numbers = malloc(length * 4);
    if (fread(numbers, 4, length, file) != (size_t)length) { fprintf(stderr, "%s: cut short\n", argv[1]); return 2; }
    fclose(file);
    int vocabulary = numbers[0];
    int32_t *counts = numbers + 1, *text = numbers + 1 + vocabulary;
    long places = length - 1 - vocabulary, words = 0;
    for (int i = 0; i < vocabulary; i++) words += counts[i];

    /* The table from which words are drawn with the power 3/4 of their counts. */
    int32_t *table = malloc(TABLE_SIZE * sizeof(int32_t));
    double total = 0, sum = 0;
    for (int i = 0; i < vocabulary; i++) total += pow(counts[i], 0.75);
    for (int i = 0, at = 0; i < vocabulary; i++)
    {
        sum += pow(counts[i], 0.75) / total;
        while (at < TABLE_SIZE && (double)at / TABLE_SIZE < sum) table[at++] = i;
    }
    float *exps = malloc(EXP_SIZE * sizeof(float));
    for (int i = 0; i < EXP_SIZE; i++)
    {
        double e = exp((2.0 * i / EXP_SIZE - 1) * MAX_EXP);
        exps[i] = (float)(e / (e + 1));
    }
    float *in = aligned_alloc(64, (size_t)vocabulary * dim * 4 / 64 * 64 + 64);
    float *out = aligned_alloc(64, (size_t)vocabulary * dim * 4 / 64 * 64 + 64);
    float *error = aligned_alloc(64, dim * 4 / 64 * 64 + 64);
    for (long i = 0; i < (long)vocabulary * dim; i++)
    {
        in[i] = ((next_random() & 0xFFFF) / 65536.0f - 0.5f) / dim;
        out[i] = 0;
    }
    int32_t sentence[1000];
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int epoch = 0; epoch < epochs; epoch++)
        for (long at = 0; at < places;)
        {
            float rate = start_rate * fmaxf(1e-4f, 1 - (float)(epoch * places + at) / ((float)epochs * places));
            int count = 0;
            while (at < places && text[at] >= 0 && count < 1000)
            {
                int word = text[at++];
                double share = (double)counts[word] / words;
                double kept = subsample > 0 ? (sqrt(share / subsample) + 1) * subsample / share : 1;
                if (kept >= (next_random() & 0xFFFF) / 65536.0) sentence[count++] = word;
            }
            if (at < places && text[at] < 0) at++;
            for (int place = 0; place < count; place++)
            {
                int reach = 1 + next_random() % window;
                for (int near = place - reach; near <= place + reach; near++)
                {
                    if (near < 0 || near >= count || near == place) continue;
                    float *v = in + (long)sentence[near] * dim;
                    for (int c = 0; c < dim; c++) error[c] = 0;
                    for (int d = 0; d < negative + 1; d++)
                    {
                        int target = sentence[place], label = 1;
                        if (d > 0)
                        {
                            target = table[next_random() % TABLE_SIZE];
                            if (target == sentence[place]) continue;
                            label = 0;
                        }
                        float *u = out + (long)target * dim;
                        float f = 0, g;
                        for (int c = 0; c < dim; c++) f += v[c] * u[c];
                        if (f > MAX_EXP) g = (label - 1) * rate;
                        else if (f < -MAX_EXP) g = label * rate;
                        else g = (label - exps[(int)((f + MAX_EXP) * (EXP_SIZE / MAX_EXP / 2))]) * rate;
                        for (int c = 0; c < dim; c++) error[c] += g * u[c];
                        for (int c = 0; c < dim; c++) u[c] += g * v[c];
                    }
                    for (int c = 0; c < dim; c++) v[c] += error[c];
                }
            }
        }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) * 1e-9;
    /* The last number keeps the compiler from leaving the work out. */
    printf("%.0f %.4f %g\n", words * (double)epochs / seconds, seconds, in[0]);
    return 0;
}
